# Faults in the middle of a backup to our own served drive, which tells where its tape stands: the server killed or hanging, the
# device deleted, resets. Where the device is still there the backup finds out what is on the tape and goes on; where it is gone it
# ends in a clear error. What was stored before restores, and the next backup appends.
# timeout: 300
# memory: 3072M
# tmp: 2000M
. tests/rig/served.sh
load_scsi; load_tcmu
check 'library made' capstan library create t --cartridges 1 --capacity 1500M
check 'drive appears' serve_drive t
before_faults "$SERVED_SG" 150M

writes() { [ "$(grep -c 'WRITE(6)' "$1")" -gt "$2" ]; }

# in_the_middle NAME COMMAND...: begins a backup, runs the command when data flow, and leaves the backup's end in $status.
in_the_middle() {
    local name=$1 pid trace=$RIG_WORK/$1.trace
    shift
    : >"$trace"
    timeout 90 env ${limit:+CAPSTAN_COMMAND_TIMEOUT=$limit} "${capstan_command[@]}" --trace "$trace" backup long --device "$SERVED_SG" \
        >"$RIG_WORK/$name.out" 2>&1 &
    pid=$!
    check "$name: data flow" wait_for 30 writes "$trace" 3
    check "$name: the fault" "$@"
    wait "$pid"
    status=$?
    printf 'backup ended with status %s\n' "$status"
    cat "$RIG_WORK/$name.out"
    log 'the last commands of the backup:'
    tail -n 6 "$trace"
}

# What must hold after every fault, once the drive is back.
intact() {
    local name=$1
    rm -rf out
    check "$name: the drive answers" wait_for 20 capstan drive status --device "$SERVED_SG"
    check "$name: the earlier backup restores" capstan restore "$first" --to out --device "$SERVED_SG"
    same_tree "$name: byte by byte" tree out/tree
    check "$name: the tape takes another backup" capstan backup tree --label after --device "$SERVED_SG"
    check "$name: which verifies" capstan verify latest --device "$SERVED_SG"
}

# The backup went on by itself.
recovered() {
    ended "$1" 0
    says "$1" 'the tape ends at object'
    check "$1: the backup verifies" capstan verify latest --device "$SERVED_SG"
}

says() { check "$1: says so" grep -q "$2" "$RIG_WORK/$1.out"; }
ended() { check "$1: ends with $2" test "$status" = "$2"; }

# The ring's server hangs for longer than the command may take; st's and our own limits are half an hour, hence the short one.
hang() { kill -STOP "$SERVER"; sleep 8; kill -CONT "$SERVER"; }
limit=3
in_the_middle 'server hangs' hang
limit=
recovered 'server hangs'
says 'server hangs' 'not answered in time'
intact 'server hangs'

kill_server() { kill -KILL "$SERVER"; wait "$SERVER" 2>/dev/null; sleep 1; serve_drive t; }
in_the_middle 'server killed' kill_server
ended 'server killed' 6
intact 'server killed'

delete_device() { echo 1 >"$(readlink -f "/sys/class/scsi_generic/${SERVED_SG##*/}/device")/delete"; }
in_the_middle 'device deleted' frozen delete_device
ended 'device deleted' 6
says 'device deleted' 'gone\|no such device'
stop_served
check 'device deleted: served again' serve_drive t
intact 'device deleted'

for kind in device target; do
    check "$kind reset: prepared" arm_reset "$kind" "$SERVED_SG"
    in_the_middle "$kind reset" frozen fire_reset
    recovered "$kind reset"
    intact "$kind reset"
done

# tcm_loop has neither: the kernel refuses, and the backup hears nothing of it.
refused_reset() { ! sg_reset -N --"$1" "$SERVED_NST"; }
for kind in bus host; do
    in_the_middle "$kind reset" frozen refused_reset $kind
    ended "$kind reset" 0
    check "$kind reset: the backup verifies" capstan verify latest --device "$SERVED_SG"
    intact "$kind reset"
done
check 'it stops' stop_served
