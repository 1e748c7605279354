# What the kernel refuses to whom: the table of docs/permissions.md, measured.
# timeout: 180
tape_gid=$(getent group tape | cut -d: -f3)
nobody=65534
as_user() { setpriv --reuid "$nobody" --regid "$nobody" --groups "$tape_gid" --inh-caps=-all --bounding-set=-all "$@"; }
as_bare_root() { setpriv --inh-caps=-sys_rawio --bounding-set=-sys_rawio "$@"; }
as_root() { "$@"; }

# Whether the kernel lets a CDB pass, in $passed. sg_raw ends with 50 + errno when the system call failed, and EPERM is 1.
passes() {
    local bytes=$1 cdb=$2
    local -a request=()
    shift 2
    [ "$bytes" -eq 0 ] || request=("--request=$bytes")
    # Options come before the CDB, which is many words.
    # shellcheck disable=SC2086
    sg_raw --timeout=20 "${request[@]}" ${2:-} "$1" $cdb >/dev/null 2>&1
    if [ $? -eq 51 ]; then passed=no; else passed=yes; fi
}

# Each row of both tables: name|CDB|bytes|the four answers.
rows() { sed -n -E 's/^\| ([A-Z][^|]*) \| `([0-9a-f ]+)` \| ([0-9]+) \| (yes|no) \| (yes|no) \| (yes|no) \| (yes|no) \|$/\1|\2|\3|\4 \5 \6 \7/p' docs/permissions.md; }

# measure WHO COLUMN...: each row through the nodes of these columns (1 sg read-write, 2 sg read-only, 3 bsg, 4 st). One shell of
# that user runs them all: a start of setpriv for each would take longer than sg_raw.
measure() {
    local table
    table=$(rows)
    "as_$1" bash -c "$(declare -p SG BSG NST table); $(declare -f passes measure_here); measure_here \"\$@\"" - "$@"
}
measure_here() {
    local who=$1 name cdb bytes told passed column measured=0 wrong=0
    local -a answers nodes=('' "$SG" "$SG --readonly" "$BSG" "$NST")
    shift
    while IFS='|' read -r name cdb bytes told; do
        [ "$who" = root ] && told='yes yes yes yes'
        read -r -a answers <<<"- $told"
        for column; do
            # shellcheck disable=SC2086 # the node may come with an option
            passes "$bytes" "$cdb" ${nodes[column]}
            measured=$((measured + 1))
            [ "$passed" = "${answers[column]}" ] && continue
            printf '%s on %s: %s, and docs/permissions.md says %s\n' "$name" "${nodes[column]}" "$passed" "${answers[column]}"
            wrong=$((wrong + 1))
        done
    done <<<"$table"
    printf '%s measured, %s of them wrong\n' "$measured" "$wrong"
    [ "$measured" -ge $((36 * $#)) ] && [ "$wrong" -eq 0 ]
}

check 'the tape drive of tgt appears' start_tgt_tape 50
name=${SG##*/}
BSG=/dev/bsg/$(ls "/sys/class/scsi_generic/$name/device/scsi_device")
chgrp tape "$SG" "$NST" "$BSG"
chmod 660 "$SG" "$NST" "$BSG"
sg_turs "$SG" || sg_turs "$SG"
check 'the document has a table' test "$(rows | wc -l)" -ge 36
check 'root passes everywhere' measure root 2 4
check 'root without CAP_SYS_RAWIO' measure bare_root 2 4
check 'a user in group tape' measure user 1 2 3 4
