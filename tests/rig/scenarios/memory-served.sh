# The memory of a served cartridge before sg3_utils: what sg_read_attr prints and what our verb prints are the same; a drive of
# others that has none.
# timeout: 120
. tests/rig/served.sh
load_scsi; load_tcmu
says() { local wanted=$1 out; shift; out=$("$@" 2>&1); printf '%s\n' "$out"; grep -qF -- "$wanted" <<<"$out"; }

check 'library made' capstan library create t --cartridges 2 --capacity 300M
check 'drive appears' serve_drive t
sg_turs "$SERVED_SG" >/dev/null 2>&1
mkdir "$RIG_TMP/tree"
head -c 3M /dev/urandom >"$RIG_TMP/tree/file"
check 'a backup labels the tape' capstan backup "$RIG_TMP/tree" --label 'Offsite Ü7' --device "$SERVED_SG"

# Theirs, in text: label and counters are those of the backup.
check 'sg_read_attr' sg_read_attr "$SERVED_SG"
cp "$checked" "$RIG_TMP/theirs"
check 'theirs: the maker' grep -q 'Medium manufacturer: CAPSTAN' "$RIG_TMP/theirs"
check 'theirs: the application' grep -q 'Application name: Capstan' "$RIG_TMP/theirs"
check 'theirs: the label' grep -q 'User medium text label: Offsite Ü7' "$RIG_TMP/theirs"
check 'theirs: megabytes written' grep -Eq 'Total MiB written in current/last load: [34]$' "$RIG_TMP/theirs"
check 'theirs: the drive of the last load' says 'Density vendor/serial number at load-1' cat "$RIG_TMP/theirs"
check 'theirs: the list' sg_read_attr --sa=al "$SERVED_SG"
check 'theirs: supported attributes' says 'Media pool' sg_read_attr --sa=sa "$SERVED_SG"
check 'theirs: partitions' sg_read_attr --sa=pl "$SERVED_SG"
check 'theirs: volumes' sg_read_attr --sa=lvl "$SERVED_SG"
check 'theirs: one attribute' says 'User medium text label: Offsite' sg_read_attr --first=0x803 --filter=0x803 "$SERVED_SG"
check 'theirs: one that is not set is refused' bash -c "! sg_read_attr --first=0x808 $SERVED_SG"

# The same bytes through theirs and ours.
check 'ours' capstan drive memory --device "$SERVED_SG" --quiet
cp "$checked" "$RIG_TMP/ours"
sg_read_attr --raw "$SERVED_SG" >"$RIG_TMP/memory.bin"
check 'ours of their raw bytes' capstan drive memory --in "$RIG_TMP/memory.bin" --quiet
same 'is what ours says itself' "$checked" "$RIG_TMP/ours"
sg_read_attr --hex "$SERVED_SG" >"$RIG_TMP/memory.hex"
check 'ours of their hexadecimal' capstan drive memory --in "$RIG_TMP/memory.hex" --quiet
same 'is the same' "$checked" "$RIG_TMP/ours"
check 'theirs of our bytes' sg_read_attr --in="$RIG_TMP/memory.bin" --raw
# Name and value of every line of ours is a line of theirs, where both print a text.
agrees() {
    local id value line missing=0 compared=0
    while read -r id value; do
        line=$(sg_read_attr --first="0x$id" --filter="0x$id" "$SERVED_SG" | grep -v '^Attribute values' | sed 's/^[^:]*: //; s/ *$//')
        [ "$line" = "$value" ] || { printf '%s: theirs "%s", ours "%s"\n' "$id" "$line" "$value"; missing=1; }
        compared=$((compared + 1))
    done
    printf '%s compared\n' "$compared"
    [ "$missing" -eq 0 ] && [ "$compared" -ge "$1" ]
}
check 'texts agree' agrees 5 < <(capstan drive memory --device "$SERVED_SG" --output-format json 2>/dev/null |
    python3 -c 'import json,sys
for a in json.load(sys.stdin)["attributes"]:
    if a["format"] != "binary" and a["owner"] == "host" and a["key"] != "application-format-version" and not a["key"].startswith("date"): print(a["id"], a["value"])')
check 'numbers agree' agrees 12 < <(capstan drive memory --device "$SERVED_SG" --output-format json 2>/dev/null |
    python3 -c 'import json,sys
for a in json.load(sys.stdin)["attributes"]:
    if a["number"] is not None and a["id"] in ("0000","0001","0003","0004","0007","0220","0221","0222","0223","0402","0403","0407"): print(a["id"], a["number"])')

# Set by others (WRITE ATTRIBUTE, media pool, 160 bytes), seen by us, and the other way round.
{ printf '\x00\x00\x00\xa5\x08\x08\x02\x00\xa0'; printf 'monthly'; head -c 153 /dev/zero; } >"$RIG_TMP/list"
check 'sg_raw sets the pool' sg_raw --send=169 --infile="$RIG_TMP/list" "$SERVED_SG" 8d 01 00 00 00 00 00 00 00 00 00 00 00 a9 00 00
check 'ours shows it' says 'monthly' capstan drive memory show pool --device "$SERVED_SG"
check 'ours sets the label' capstan drive memory set label=Vault --device "$SERVED_SG"
check 'theirs shows it' says 'User medium text label: Vault' sg_read_attr "$SERVED_SG"
check 'ours deletes the pool' capstan drive memory delete pool --device "$SERVED_SG"
check 'theirs shows none' bash -c "! sg_read_attr $SERVED_SG | grep -q 'Media pool'"
check_status 'the maker'"'"'s are not to be set' 2 capstan drive memory set serial=1 --device "$SERVED_SG"
printf '\x00\x00\x00\x25\x04\x01\x01\x00\x20ANOTHER SERIAL NUMBER          X' >"$RIG_TMP/list"
check 'sg_raw is refused there' bash -c "! sg_raw --send=41 --infile=$RIG_TMP/list $SERVED_SG 8d 01 00 00 00 00 00 00 00 00 00 00 00 29 00 00"

# HOLD: the cartridge is seated and the tape not threaded; the memory is there all the same.
check 'the tape is unthreaded' sg_raw "$SERVED_SG" 1b 00 00 00 08 00
check 'the tape is not ready' bash -c "! sg_turs $SERVED_SG"
check 'theirs, unthreaded' says 'User medium text label: Vault' sg_read_attr "$SERVED_SG"
check 'ours, unthreaded' says 'Vault' capstan drive memory show label --device "$SERVED_SG"
check 'it is threaded again' sg_raw "$SERVED_SG" 1b 00 00 00 01 00
sg_turs "$SERVED_SG" >/dev/null 2>&1
check 'the backup is still there' capstan verify latest --device "$SERVED_SG"

# Who may write the node needs no privilege (docs/permissions.md).
tape_gid=$(getent group tape | cut -d: -f3)
chgrp tape "$SERVED_SG"; chmod 660 "$SERVED_SG"
as_user() { setpriv --reuid 65534 --regid 65534 --groups "$tape_gid" --inh-caps=-all --bounding-set=-all "$@"; }
mkdir "$RIG_TMP/user"; chown 65534:65534 "$RIG_TMP/user"
check 'a user of the group tape' as_user env CAPSTAN_HOME="$RIG_TMP/user" HOME="$RIG_TMP" "${capstan_command[@]}" drive memory set host=user --device "$SERVED_SG"
chmod 440 "$SERVED_SG"
check_status 'who may only read the node' 6 as_user env CAPSTAN_HOME="$RIG_TMP/user" HOME="$RIG_TMP" "${capstan_command[@]}" drive memory --device "$SERVED_SG"
chmod 660 "$SERVED_SG"
check 'the server ends' stop_served

# The embedded drive finds in the file what was written through the kernel.
check 'after the server: the label' says 'Vault' capstan drive memory show label --device virtual:t

# A drive that has no such memory says so.
check 'the tape drive of tgt appears' start_tgt_tape 50
sg_turs "$SG" >/dev/null 2>&1
check_status 'tgt: status 6' 6 capstan drive memory --device "$SG"
check 'tgt: it is said why' says 'cannot read a cartridge'"'"'s memory' capstan drive memory --device "$SG"
check_status 'tgt: nothing is set either' 6 capstan drive memory set label=x --device "$SG"
check 'tgt: a backup is none the worse' capstan backup "$RIG_TMP/tree" --device "$SG"
stop_tgt
