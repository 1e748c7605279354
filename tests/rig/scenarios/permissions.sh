# What the kernel refuses to whom: the table of docs/permissions.md, measured.
# timeout: 180
tape_gid=$(getent group tape | cut -d: -f3)
nobody=65534
as_user() { setpriv --reuid "$nobody" --regid "$nobody" --groups "$tape_gid" --inh-caps=-all --bounding-set=-all "$@"; }
as_bare_root() { setpriv --inh-caps=-sys_rawio --bounding-set=-sys_rawio "$@"; }
as_root() { "$@"; }

# yes or no: whether the kernel let a CDB pass. sg_raw ends with 50 + errno when the system call failed, and EPERM is 1.
passes() {
    local who=$1 bytes=$2 cdb=$3 status
    local -a request=()
    shift 3
    [ "$bytes" -eq 0 ] || request=("--request=$bytes")
    # Options come before the CDB, which is many words.
    # shellcheck disable=SC2086
    "as_$who" sg_raw --timeout=20 "${request[@]}" ${2:-} "$1" $cdb >/dev/null 2>&1
    status=$?
    if [ "$status" -eq 51 ]; then echo no; else echo yes; fi
}

# Each row of both tables: name|CDB|bytes|the four answers.
rows() { sed -n -E 's/^\| ([A-Z][^|]*) \| `([0-9a-f ]+)` \| ([0-9]+) \| (yes|no) \| (yes|no) \| (yes|no) \| (yes|no) \|$/\1|\2|\3|\4 \5 \6 \7/p' docs/permissions.md; }

# measure WHO COLUMN...: each row through the nodes of these columns (1 sg read-write, 2 sg read-only, 3 bsg, 4 st).
measure() {
    local who=$1 name cdb bytes told got column wrong=0
    local -a answers nodes=('' "$SG" "$SG --readonly" "$BSG" "$NST")
    shift
    while IFS='|' read -r name cdb bytes told; do
        [ "$who" = root ] && told='yes yes yes yes'
        read -r -a answers <<<"- $told"
        for column; do
            # shellcheck disable=SC2086 # the node may come with an option
            got=$(passes "$who" "$bytes" "$cdb" ${nodes[column]})
            [ "$got" = "${answers[column]}" ] && continue
            printf '%s on %s: %s, and docs/permissions.md says %s\n' "$name" "${nodes[column]}" "$got" "${answers[column]}"
            wrong=$((wrong + 1))
        done
    done < <(rows)
    return "$wrong"
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
