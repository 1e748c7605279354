# Cartridges moved under a running kernel, by mtx and by another process, while programs have drives open; one unit taken away; the
# server killed in the middle of writes and moves, and everything recovered.
# timeout: 300
# memory: 3072M
# tmp: 2000M
. tests/rig/served.sh
load_scsi; load_tcmu
check 'library made' make_library t 4 10 2 6 --capacity 500M --no-sync
check 'library appears' serve_library t || return
m() { timeout 60 mtx -f "$CHANGER_SG" "$@" 2>&1; }
says() { local wanted=$1 out; shift; out=$("$@" 2>&1); printf '%s\n' "$out"; grep -q -- "$wanted" <<<"$out"; }
refused_saying() { local wanted=$1 out status; shift; out=$("$@" 2>&1); status=$?; printf '%s\n' "$out"; [ "$status" -ne 0 ] && grep -q -- "$wanted" <<<"$out"; }
N=("${DRIVE_NST[@]}")
head -c 40M /dev/urandom >"$RIG_TMP/data"
head -c 120M /dev/urandom >"$RIG_TMP/long"

check 'two drives loaded' eval 'm load 1 0 && m load 2 1'
mt -f "${N[0]}" rewind; mt -f "${N[1]}" rewind
check 'a tape written' dd if="$RIG_TMP/data" of="${N[0]}" bs=256k
dd if="$RIG_TMP/long" of="${N[1]}" bs=64k >"$RIG_TMP/dd.log" 2>&1 &
writer=$!
# st has drive 0 open (a descriptor), drive 1 is being written to.
exec 9<"${N[0]}"
check 'mtx takes the tape out of a drive that st has open' m unload 1 0
check 'the drive is empty' says 'edium not present' sg_turs -v "${DRIVE_SG[0]}"
check 'and another comes in' m load 3 0
exec 9<&-
check 'st hears of it, and stands at the beginning' says 'BOT ONLINE' mt -f "${N[0]}" status
check 'nothing on it' eval '[ -z "$(dd if="${N[0]}" bs=256k 2>/dev/null | head -c 1)" ]'
sg_turs "${DRIVE_SG[2]}"; sg_turs "${DRIVE_SG[2]}"
check 'into the third drive with the first tape' m load 1 2
check 'the unit attention comes' says 'Not ready to ready change' sg_turs -v "${DRIVE_SG[2]}"
check 'once' sg_turs "${DRIVE_SG[2]}"
mt -f "${N[2]}" rewind
check 'read there' dd if="${N[2]}" of="$RIG_TMP/back" bs=256k
same 'what was written in the other drive' "$RIG_TMP/data" "$RIG_TMP/back"
wait "$writer"
check 'the writer of the second drive went on' test "$?" = 0
mt -f "${N[1]}" rewind
check 'and reads it' dd if="${N[1]}" of="$RIG_TMP/back" bs=64k
same 'byte by byte' "$RIG_TMP/long" "$RIG_TMP/back"

# What cannot be.
check 'mtx: a full drive' refused_saying 'Drive 1 Full' m load 4 1
check 'mtx: an empty slot' refused_saying 'Empty' m transfer 2 9
check 'locked by st' mt -f "${N[1]}" lock
check 'mtx: removal prevented' refused_saying 'MOVE MEDIUM.*Failed\|Additional Sense' m unload 2 1
check 'unlocked' mt -f "${N[1]}" unlock
check 'then it goes' m unload 2 1

# Another process at the same time.
check 'the robot of another process moves' capstan changer transfer 5 9 --changer virtual:t/changer
check 'the kernel sees it' says 'Storage Element 9:Full :VolumeTag=CAP005L9' m status
check 'loads a served drive' capstan changer load CAP004L9 1 --changer virtual:t/changer
check 'the kernel sees the tape' says 'BOT ONLINE' mt -f "${N[1]}" status
check 'does not take it out of a drive that holds it' refused_saying 'unload\|removal' capstan changer transfer drive1 4 --changer virtual:t/changer
mt -f "${N[1]}" offline
check 'but one that was unloaded' capstan changer unload 4 1 --changer virtual:t/changer
check 'a cartridge is put in by hand' capstan library insert CAP100L9 --new --slot 10 --device virtual:t
check 'mtx has it' says 'Storage Element 10:Full :VolumeTag=CAP100L9' m status
check 'capstan changer through the kernel' says 'CAP100L9' capstan changer status --changer "$CHANGER_SG"
check 'loads through the kernel' capstan changer load CAP100L9 1 --changer "$CHANGER_SG"
check 'a backup on it' capstan backup "$RIG_TMP/data" --device "${DRIVE_SG[1]}"
check 'verifies' capstan verify latest --device "${DRIVE_SG[1]}"
check 'a second server of one drive is refused' refused_saying 'in use by process' capstan library serve t --drive 2

# Killed while one drive is written, another is read and the changer moves.
mt -f "${N[2]}" rewind
dd if=/dev/zero of="${N[0]}" bs=256k count=100000 >/dev/null 2>&1 & one=$!
(while dd if="${N[2]}" of=/dev/null bs=256k 2>/dev/null && mt -f "${N[2]}" rewind; do :; done) & two=$!
(while timeout 100 mtx -f "$CHANGER_SG" transfer 9 8 && timeout 100 mtx -f "$CHANGER_SG" transfer 8 9; do :; done) >/dev/null 2>&1 & three=$!
sleep 0.5
kill -KILL "$SERVER"; wait "$SERVER" 2>/dev/null
check 'a new server takes over' serve_library t
check 'it says what it removed' grep -q 'removed what an earlier server' "$LIBRARY_LOG"
over() { ! kill -0 "$one" 2>/dev/null && ! kill -0 "$two" 2>/dev/null && ! kill -0 "$three" 2>/dev/null; }
check 'all programs were told' wait_for 20 over
wait "$one" "$two" "$three"
N=("${DRIVE_NST[@]}")
check 'every cartridge is there, once' eval '[ "$(m status | grep -o "VolumeTag *= *CAP[0-9]*L9\|VolumeTag=CAP[0-9]*L9" | grep -o CAP.* | sort | uniq -c | grep -c " 1 CAP")" = 7 ]'
mt -f "${N[2]}" rewind; mt -f "${N[2]}" rewind
check 'the tape of the third drive is whole' dd if="${N[2]}" of="$RIG_TMP/back" bs=256k
same 'byte by byte after the kill' "$RIG_TMP/data" "$RIG_TMP/back"
check 'the backup restores' capstan verify latest --device "${DRIVE_SG[1]}"

# Four drives written at once, a tape changed meanwhile, the server killed while all of them write: every file that was closed is there.
head -c 2M /dev/urandom >"$RIG_TMP/part"
file() { printf '%-512s' "drive $1, file $2"; cat "$RIG_TMP/part"; }
# write_files DRIVE COUNT: how many of them were closed stands in closed.DRIVE. A tape holds all of them.
write_files() {
    local i
    echo 0 >"$RIG_TMP/closed.$1"
    for ((i = 1; i <= $2; i++)); do
        file "$1" "$i" | dd of="${N[$1]}" bs=256k iflag=fullblock || return 1
        echo "$i" >"$RIG_TMP/closed.$1"
    done
}
# The third drive's tape keeps its first file.
at_its_files() { mt -f "${N[$1]}" rewind; mt -f "${N[$1]}" rewind && { [ "$1" != 2 ] || mt -f "${N[$1]}" fsf 1; }; }
check 'tapes for four drives' eval 'capstan changer load CAP002L9 1 --changer "$CHANGER_SG" && capstan changer load CAP004L9 3 --changer "$CHANGER_SG"'
writers=()
for drive in 0 1 2; do
    at_its_files $drive
    write_files $drive 150 >"$RIG_TMP/writer.$drive" 2>&1 & writers+=($!)
done
at_its_files 3
check 'the fourth drive is written, too' write_files 3 3
check 'its tape is changed while the others write' capstan changer load CAP006L9 3 --changer "$CHANGER_SG"
at_its_files 3
write_files 3 150 >"$RIG_TMP/writer.3" 2>&1 & writers+=($!)
all_wrote() { local drive; for drive in 0 1 2 3; do [ "$(cat "$RIG_TMP/closed.$drive")" -ge 5 ] || return 1; done; }
check 'all four write' wait_for 60 all_wrote
kill -KILL "$SERVER"; wait "$SERVER" 2>/dev/null
check 'a server for the four' serve_library t
writers_told() { local writer; for writer in "${writers[@]}"; do wait "$writer" && return 1; done; log "closed: $(cat "$RIG_TMP"/closed.? | tr '\n' ' ')"; }
check 'all four were told in the middle' writers_told
N=("${DRIVE_NST[@]}")
closed_files() {
    local i
    at_its_files "$1" || return 1
    for ((i = 1; i <= $(cat "$RIG_TMP/closed.$1"); i++)); do
        cmp <(file "$1" "$i") <(dd if="${N[$1]}" bs=256k 2>/dev/null) || return 1
    done
}
for drive in 0 1 2 3; do check "drive $drive has every file that was closed" closed_files $drive; done
check 'the tape that was changed has its three' eval 'capstan changer load CAP004L9 3 --changer "$CHANGER_SG" && echo 3 >"$RIG_TMP/closed.3" && closed_files 3'

# Killed, and one drive alone comes back: nothing is left of the others.
kill -KILL "$SERVER"; wait "$SERVER" 2>/dev/null
check 'one drive of the killed library' serve_drive t --drive 3
check 'it is the only one' eval '[ "$(ls -d /sys/kernel/config/target/loopback/naa.* | wc -l)" = 1 ]'
check 'with its tape' eval 'mt -f "$SERVED_NST" rewind; mt -f "$SERVED_NST" rewind && cmp "$RIG_TMP/data" <(dd if="$SERVED_NST" bs=256k)'
check 'the robot of another process works beside it' capstan changer transfer CAP005L9 7 --changer virtual:t/changer
check 'it stops' stop_served

# One unit is taken out of the kernel by somebody else: the others go on.
check 'served again' serve_library t
take_away() {
    local target; target=$(dirname "$(dirname "$(grep -l "^$1" /sys/kernel/config/target/loopback/naa.*/tpgt_1/address)")")
    local device; device=$(readlink -f "$target"/tpgt_1/lun/lun_0/capstan)
    rm "$target/tpgt_1/lun/lun_0/capstan" && rmdir "$target/tpgt_1/lun/lun_0" && echo NULL >"$target/tpgt_1/nexus" && rmdir "$target/tpgt_1" "$target" "$device"
}
address=$(basename "$(readlink -f "/sys/class/scsi_generic/${DRIVE_SG[0]##*/}/device")")
check 'a drive is taken away' take_away "${address%:*}"
check 'the server says so' wait_for 10 grep -q "target for t was removed by somebody else; the others go on" "$LIBRARY_LOG"
log "the server says: $(cat "$LIBRARY_LOG")"
check 'the changer still works' m transfer 7 3
check_status 'and ends with 6' 6 stop_served
check 'nothing is left' has_no_objects
