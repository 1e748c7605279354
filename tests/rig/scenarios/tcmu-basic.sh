# A virtual drive in the kernel: it comes and goes cleanly, comes back after a kill, and is told of resets.
# timeout: 120
. tests/rig/served.sh
load_scsi
check 'library made' capstan library create t --cartridges 3 --capacity 200M
refused() { local out status; out=$(capstan library serve t 2>&1); status=$?; printf '%s\n' "$out"; [ "$status" -eq 6 ] && grep -q "$1" <<<"$out"; }
check 'without configfs: says what is missing' refused 'modprobe -a target_core_user tcm_loop'
load_tcmu
unprivileged() { local out; out=$(setpriv --reuid 65534 --clear-groups env HOME=/tmp "CAPSTAN_HOME=$RIG_TMP/other" "$@" 2>&1); printf '%s\n' "$out"; grep -q 'Only root' <<<"$out"; }
serve_unprivileged() {
    mkdir -p "$RIG_TMP/other" && chmod 777 "$RIG_TMP/other"
    case $RIG_CAPSTAN in
        *.dll) unprivileged dotnet "$RIG_CAPSTAN" library create o --cartridges 1; unprivileged dotnet "$RIG_CAPSTAN" library serve o ;;
        *) unprivileged "$RIG_CAPSTAN" library create o --cartridges 1; unprivileged "$RIG_CAPSTAN" library serve o ;;
    esac
}
check 'who is not root is told so' serve_unprivileged
check 'drive appears' serve_drive t
check 'a second server of the drive is refused' refused 'in use by process'
cp -r "$CAPSTAN_HOME/libraries/t" "$CAPSTAN_HOME/libraries/copy"
copy_refused() { local out; out=$(capstan library serve copy 2>&1); printf '%s\n' "$out"; grep -q 'is copy a copy' <<<"$out"; }
check 'a copy of the library is refused, and the drive stays' copy_refused
check 'lsscsi shows it' bash -c "lsscsi -g | tee /dev/stderr | grep -q 'tape .*ULT3580-TD9.*$SERVED_ST *$SERVED_SG'"
head -c 10M /dev/urandom >"$RIG_TMP/data"

check 'written through st' dd if="$RIG_TMP/data" of="$SERVED_NST" bs=256k
check 'rewound' mt -f "$SERVED_NST" rewind
check 'read through st' dd if="$SERVED_NST" of="$RIG_TMP/back" bs=256k
same 'what was read is what was written' "$RIG_TMP/data" "$RIG_TMP/back"

# A logical unit reset: mode parameters are forgotten, and the next command is told.
check 'block length set' mt -f "$SERVED_NST" setblk 1024
check 'reset' sg_reset --device "$SERVED_SG"
told_reset() { sg_turs -v "$SERVED_SG" 2>&1 | tee /dev/stderr | grep -qi 'reset'; }
check 'the initiator is told of the reset' told_reset
check 'once, and then the drive is ready' sg_turs "$SERVED_SG"
block_length_is() { sg_modes -p 0 "$SERVED_SG" 2>&1 | tee /dev/stderr; sg_raw -r 12 "$SERVED_SG" 1a 00 00 00 0c 00 2>&1 | tee /dev/stderr | grep -qi "00 $1"; }
check 'variable blocks after the reset' block_length_is '00 00 00'

# Killed in the middle of a write.
check 'rewound again' mt -f "$SERVED_NST" rewind
check 'written before the kill' dd if="$RIG_TMP/data" of="$SERVED_NST" bs=256k
dd if=/dev/zero of="$SERVED_NST" bs=256k count=100000 >"$RIG_TMP/dd.log" 2>&1 &
writer=$!
sleep 0.3
kill -KILL "$SERVER"; wait "$SERVER" 2>/dev/null
check 'a new server takes over' serve_drive t
check 'it says what it removed' grep -q 'removed what an earlier server' "$RIG_TMP/serve.log"
check 'the writer was told' bash -c "for i in \$(seq 100); do kill -0 $writer 2>/dev/null || exit 0; sleep 0.1; done; exit 1"
wait "$writer"; log "dd ended with $?: $(cat "$RIG_TMP/dd.log")"
check 'first access after the power on' bash -c "mt -f $SERVED_NST status; mt -f $SERVED_NST rewind"
check 'read after the kill' dd if="$SERVED_NST" of="$RIG_TMP/back" bs=256k
same 'everything before the filemark is there' "$RIG_TMP/data" "$RIG_TMP/back"

# Stopped while the node is open.
exec 9<"$SERVED_NST"
check 'stops while the node is open' stop_served
exec 9<&-
check 'nothing is left in configfs' has_no_objects
check 'no device is left' bash -c "! lsscsi | grep -q ULT3580"
check 'the library is free again' capstan drive status --device virtual:t
check 'serves again' serve_drive t
check 'stops again' stop_served
check 'nothing is left' has_no_objects

# Somebody else exports the same backstore: it cannot be taken down, and that is told.
lio=/sys/kernel/config/target
check 'serves for two' serve_drive t
theirs=$lio/loopback/naa.6001405000000009
make_theirs() {
    mkdir -p "$theirs/tpgt_1" && echo naa.6001405000000008 >"$theirs/tpgt_1/nexus" && mkdir "$theirs/tpgt_1/lun/lun_0" &&
        ln -s "$lio"/core/user_9840/capstan-* "$theirs/tpgt_1/lun/lun_0/theirs"
}
check 'another target uses the backstore' make_theirs
check_status 'the server ends with 6' 6 stop_served
check 'it names who uses it, and the remedy' grep -q "$theirs/tpgt_1/lun/lun_0/theirs.*library serve t" "$RIG_TMP/serve.log"
held() { local out status; out=$(capstan library serve t 2>&1); status=$?; printf '%s\n' "$out"; [ "$status" -eq 6 ] && grep -q "$theirs/tpgt_1/lun/lun_0/theirs" <<<"$out"; }
check 'the next server says so, too' held
check 'the other target goes' bash -c "rm $theirs/tpgt_1/lun/lun_0/theirs; rmdir $theirs/tpgt_1/lun/lun_0 $theirs/tpgt_1 $theirs"
check 'then it is served again' serve_drive t
check 'it says what it removed' grep -q 'removed what an earlier server' "$RIG_TMP/serve.log"
check 'and stops' stop_served
check 'nothing is left of all that' has_no_objects

# A tape that winds back for a minute does not keep the server.
check 'a library that takes its time' capstan library create slow --cartridges 1 --capacity 100M --realistic
check 'its drive appears' serve_drive slow
mt -f "$SERVED_NST" status
check 'written slowly' eval 'mt -f "$SERVED_NST" seek 0; dd if="$RIG_TMP/data" of="$SERVED_NST" bs=256k'
mt -f "$SERVED_NST" retension & winding=$!
check 'the tape moves' wait_for 10 grep -qs nst /proc/$winding/cmdline
sleep 0.3
kill -TERM "$SERVER"
check 'the server stops all the same' wait_for 30 eval '! kill -0 "$SERVER"'
wait "$SERVER" "$winding"

# Two at a time, one stopped with Ctrl-C's signal.
check 'another library' capstan library create u --cartridges 1 --capacity 50M
check 'the first drive' serve_drive t
first=$SERVER first_st=$SERVED_NST
check 'the second drive' serve_drive u
check 'two nodes' test "$first_st" != "$SERVED_NST"
mt -f "$SERVED_NST" rewind; mt -f "$first_st" rewind
check 'one is written' dd if="$RIG_TMP/data" of="$SERVED_NST" bs=64k
kill -INT "$first"
check 'the first one stops on SIGINT' wait "$first"
mt -f "$SERVED_NST" rewind
check 'the second one goes on' dd if="$SERVED_NST" of="$RIG_TMP/back" bs=64k
same 'with what it had' "$RIG_TMP/data" "$RIG_TMP/back"
kill -KILL "$SERVER"; wait "$SERVER" 2>/dev/null
check 'nothing is left of the one' eval '[ "$(ls -d /sys/kernel/config/target/core/user_9840/*/ | wc -l)" = 1 ]'

# Nobody can serve what a killed server of a library that was destroyed since has left.
sg_turs "$SERVED_SG" & waits=$!
check 'the library of a killed server is destroyed' capstan library destroy u --yes
check 'the other one is served' serve_drive t
check 'it says whose leftovers it removed' grep -q 'removed what a killed server of u had left' "$RIG_TMP/serve.log"
check 'who waited for it was told' wait_for 10 eval '! kill -0 "$waits"'
check 'only its own drive is there' eval '[ "$(lsscsi | grep -c ULT3580)" = 1 ]'
check 'it stops, and' stop_served
check 'nothing is left of both' has_no_objects
