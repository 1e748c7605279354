# Faults from the kernel's side in the middle of a backup. Each ends in a clear error; what was stored before restores.
# timeout: 300
rig_fast_iscsi() {
    # A dead target is given up after fifteen seconds instead of two minutes.
    sed -i 's/^node.session.timeo.replacement_timeout.*/node.session.timeo.replacement_timeout = 15/
            s/^node.conn\[0\].timeo.noop_out_interval.*/node.conn[0].timeo.noop_out_interval = 1/
            s/^node.conn\[0\].timeo.noop_out_timeout.*/node.conn[0].timeo.noop_out_timeout = 2/' /etc/iscsi/iscsid.conf
}
rig_fast_iscsi
check 'the tape drive of tgt appears' start_tgt_tape 600
before_faults "$SG" 120M

tape_bytes() { stat -c %s "$rig_tape"; }
grown() { [ "$(tape_bytes)" -gt "$1" ]; }

# in_the_middle NAME COMMAND...: begins a backup, runs the command when data flow, and leaves the backup's end in $status.
in_the_middle() {
    local name=$1 before pid
    shift
    before=$(tape_bytes)
    timeout 60 env ${limit:+CAPSTAN_COMMAND_TIMEOUT=$limit} "${capstan_command[@]}" --trace "$RIG_WORK/$name.trace" backup long --device "$SG" \
        >"$RIG_WORK/$name.out" 2>&1 &
    pid=$!
    check "$name: data flow" wait_for 20 grown $((before + 20000000))
    check "$name: the fault" "$@"
    wait "$pid"
    status=$?
    printf 'backup ended with status %s\n' "$status"
    cat "$RIG_WORK/$name.out"
    log "the last commands of the backup:"
    tail -n 4 "$RIG_WORK/$name.trace"
}

one_of() {
    local wanted
    for wanted in $2; do [ "$1" = "$wanted" ] && return 0; done
    printf 'status %s, not one of: %s\n' "$1" "$2"
    return 1
}

# What must hold after every fault, once the drive is back.
intact() {
    local name=$1
    rm -rf out
    check "$name: the drive is there" wait_for 20 find_tgt_tape
    find_tgt_tape
    check "$name: the earlier backup restores" capstan restore "$first" --to out --device "$SG"
    same_tree "$name: byte by byte" tree out/tree
    check "$name: the tape takes another backup" capstan backup tree --label after --device "$SG"
    check "$name: which verifies" capstan verify latest --device "$SG"
}

device_of() { readlink -f "/sys/class/scsi_generic/${SG##*/}/device"; }

delete_device() { echo 1 >"$(device_of)/delete"; }
in_the_middle 'device deleted' delete_device
check 'device deleted: ends with 6' one_of "$status" 6
check 'device deleted: says so' grep -q 'gone\|no such device' "$RIG_WORK/device deleted.out"
iscsiadm -m session --rescan >/dev/null
intact 'device deleted'

check 'device reset: prepared' arm_reset device "$SG"
in_the_middle 'device reset' fire_reset
check 'device reset: ends with 6' one_of "$status" 6
check 'device reset: says so' grep -q 'reset\|fate is unknown\|gone' "$RIG_WORK/device reset.out"
intact 'device reset'

check 'target reset: prepared' arm_reset target "$SG"
in_the_middle 'target reset' fire_reset
check 'target reset: ends with 6' one_of "$status" 6
intact 'target reset'

# Longer than the initiator waits for an answer to its ping: it drops the connection and makes another one.
kill_connection() {
    ip link set lo down
    sleep 5
    ip link set lo up
}
in_the_middle 'connection killed' kill_connection
check 'connection killed: ends well or with 6' one_of "$status" '0 6'
intact 'connection killed'

restart_target() {
    pkill -KILL -x tgtd
    sleep 1
    start_tgtd "$rig_tape"
}
in_the_middle 'target restarted' restart_target
check 'target restarted: ends with 6' one_of "$status" 6
intact 'target restarted'

# Longer than the command may take, and than the initiator waits for its ping.
hang() { pkill -STOP -x tgtd; sleep 8; pkill -CONT -x tgtd; }
limit=3
in_the_middle 'target hangs' hang
limit=
check 'target hangs: ends with 6' one_of "$status" 6
check 'target hangs: says so' grep -q 'in time\|gone\|fate is unknown\|reset' "$RIG_WORK/target hangs.out"
intact 'target hangs'
