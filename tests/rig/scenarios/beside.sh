# timeout: 120
# The kernel's st driver beside Capstan on one drive: whoever holds it is named, and a tape that st moved is not written to.
check 'the tape drive of tgt appears' start_tgt_tape 200
export CAPSTAN_DRIVE=$SG
head -c 1966080 /dev/urandom >"$RIG_TMP/first"
head -c 3000000 /dev/urandom >"$RIG_TMP/second"
mt -f "$NST" rewind
check 'dd writes the first file' dd if="$RIG_TMP/first" of="$NST" bs=65536 status=none

sleep 600 <"$NST" &
holder=$!
wait_for 5 test -e "/proc/$holder/fd/0"
check_status 'writing is refused while a process holds the st node' 6 capstan drive write "$RIG_TMP/second" --at end
cp "$checked" "$RIG_TMP/said"
check 'it names node and process' grep -q "$NST is held open by process $holder (sleep 600)" "$RIG_TMP/said"
check 'reading warns' capstan drive read "$RIG_TMP/out" --at start
cp "$checked" "$RIG_TMP/said"
check 'the warning names them as well' grep -q "$NST is held open by process $holder" "$RIG_TMP/said"
same 'what was read' "$RIG_TMP/first" "$RIG_TMP/out"
kill "$holder"
wait "$holder" 2>/dev/null

slowly() { head -c 1500000 "$RIG_TMP/second"; sleep 8; tail -c 1500000 "$RIG_TMP/second"; }
write_slowly() { slowly | capstan drive write --at end --block-size 64K; }
move_it() { sleep 4; mt -f "$NST" rewind; }
move_it &
check_status 'st rewinds while capstan writes: noticed' 6 write_slowly
cp "$checked" "$RIG_TMP/said"
check 'it says who' grep -q "kernel's tape driver" "$RIG_TMP/said"
wait
mt -f "$NST" rewind
check 'dd reads the first file again' dd if="$NST" of="$RIG_TMP/again" bs=65536 status=none
same 'what was on the tape is unharmed' "$RIG_TMP/first" "$RIG_TMP/again"

# Nobody disturbs: the same write succeeds.
check 'the next write succeeds' capstan drive write "$RIG_TMP/second" --at start --block-size 64K
check 'capstan reads it' capstan drive read "$RIG_TMP/out" --at start
same 'what the next write wrote' "$RIG_TMP/second" "$RIG_TMP/out"
check 'it ends' stop_tgt
