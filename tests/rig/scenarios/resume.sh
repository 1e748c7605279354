# The way to a drive breaks in the middle of a backup: our own drive, which tells where its tape stands, behind the kernel's iSCSI
# target, reached by libiscsi. The connection is cut in both directions, the target is restarted, the drive is reset: the backup
# finds out what became of its command and goes on.
# timeout: 300
# memory: 3072M
# tmp: 2000M
. tests/rig/served.sh
load_scsi; load_tcmu; load iscsi_target_mod
check 'library made' capstan library create t --cartridges 1 --capacity 1500M
check 'drive appears' serve_drive t
target=iqn.2026-01.test.capstan:resume
tpg=/sys/kernel/config/target/iscsi/$target/tpgt_1
export_drive() {
    mkdir -p "$tpg/np/127.0.0.1:3291" "$tpg/lun/lun_0" &&
        ln -s "$(echo /sys/kernel/config/target/core/user_9840/capstan-*)" "$tpg/lun/lun_0/drive" &&
        echo 0 >"$tpg/attrib/authentication" && echo 1 >"$tpg/attrib/generate_node_acls" &&
        echo 1 >"$tpg/attrib/cache_dynamic_acls" && echo 0 >"$tpg/attrib/demo_mode_write_protect" &&
        echo 1 >"$tpg/enable"
}
unexport_drive() {
    echo 0 >"$tpg/enable"
    rm "$tpg/lun/lun_0/drive" && rmdir "$tpg/lun/lun_0" "$tpg/np/127.0.0.1:3291" "$tpg" "${tpg%/*}"
}
check 'the kernel exports it over iSCSI' export_drive
device=iscsi://127.0.0.1:3290/$target/0
cat >"$RIG_TMP/proxy.py" <<'PY'
# Passes connections on to the target, and cuts one of them: proxy.py request|response AFTER [MORE]
# when AFTER bytes have come from the initiator, and after that MORE bytes in that direction. proxy.py slow 0 cuts nothing and takes its time.
import socket, sys, threading, time
direction, after, left = sys.argv[1], int(sys.argv[2]), [int((sys.argv + ['0'])[3])]
came = [0]
listener = socket.create_server(('127.0.0.1', 3290))
def pump(source, sink, name):
    try:
        while data := source.recv(65536):
            if name == 'request':
                came[0] += len(data)
                if direction == 'slow':
                    time.sleep(0.01)
            if name == direction and left[0] is not None and came[0] > after:
                passes = data[:left[0]]
                left[0] -= len(passes)
                if len(passes) < len(data):
                    sink.sendall(passes)
                    left[0] = None
                    print('cut', flush=True)
                    break
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
print('ready', flush=True)
while True:
    ours, _ = listener.accept()
    theirs = socket.create_connection(('127.0.0.1', 3291))
    for end in (ours, theirs):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=pump, args=(ours, theirs, 'request'), daemon=True).start()
    threading.Thread(target=pump, args=(theirs, ours, 'response'), daemon=True).start()
PY
proxy() {
    : >"$RIG_TMP/proxy.log"
    [ -z "$proxy" ] || kill "$proxy"
    [ -z "$proxy" ] || wait "$proxy" 2>/dev/null
    python3 "$RIG_TMP/proxy.py" "$@" >"$RIG_TMP/proxy.log" 2>&1 &
    proxy=$!
    wait_for 30 grep -q ready "$RIG_TMP/proxy.log"
}
was_cut() { grep -q cut "$RIG_TMP/proxy.log"; }
proxy=
cd "$RIG_TMP" || return
mkdir tree long
head -c 3000000 /dev/urandom >tree/file
seq 5000 >tree/text
head -c 40M /dev/urandom >long/file
seq 20000 >long/text
check 'proxy' proxy request 999999999999
check 'a backup over iSCSI' capstan backup tree --label resume --device "$device"

writes() { [ "$(grep -c 'WRITE(6)' "$1")" -gt "$2" ]; }
backup_long() {
    timeout 120 "${capstan_command[@]}" --trace "$RIG_WORK/$1.trace" backup long --device "$device" >"$RIG_WORK/$1.out" 2>&1
}
# What must hold after every fault that was recovered from.
whole() {
    local name=$1
    cat "$RIG_WORK/$name.out"
    check "$name: said in one line" grep -q "$2" "$RIG_WORK/$name.out"
    check "$name: the trace shows it" grep -q '^ *# .*reachable again\|^ *# .*object' "$RIG_WORK/$name.trace"
    rm -rf out
    check "$name: it restores" capstan restore latest --to out --device "$device"
    same_tree "$name: byte by byte" long out/long
}

# Somewhere in the data of a WRITE: the target does not carry out what it has not got whole.
check 'cut in a request: proxy' proxy request 12000000
check 'cut in a request: the backup ends with 0' backup_long 'cut in a request'
check 'cut in a request: it was cut' was_cut
whole 'cut in a request' 'was not carried out, and is sent again'

# Between PDUs of 48 bytes each: some of them are the answer to a WRITE that was carried out, others ask for its data.
carried=0
for pdus in 0 1; do
    check "cut in an answer ($pdus): proxy" proxy response 12000000 $((pdus * 48))
    check "cut in an answer ($pdus): the backup ends with 0" backup_long "cut in an answer ($pdus)"
    check "cut in an answer ($pdus): it was cut" was_cut
    grep -q 'was carried out, only its answer was lost' "$RIG_WORK/cut in an answer ($pdus).out" && carried=$((carried + 1))
done
whole 'cut in an answer (1)' 'the connection was lost in WRITE'
check 'an answer was among them' test "$carried" -gt 0

# in_the_middle NAME COMMAND...: begins a backup, runs the command when data flow, and leaves the backup's end in $status.
in_the_middle() {
    local name=$1 pid
    shift
    : >"$RIG_WORK/$name.trace"
    check "$name: proxy" proxy slow 0
    backup_long "$name" &
    pid=$!
    check "$name: data flow" wait_for 30 writes "$RIG_WORK/$name.trace" 3
    check "$name: the fault" "$@"
    wait "$pid"
    status=$?
    check "$name: the backup ends with 0" test "$status" = 0
    [ "$status" = 0 ] || { cat "$RIG_WORK/$name.out"; tail -n 30 "$RIG_WORK/$name.trace"; }
}

# Every session of the target is ended, and for two seconds it is not there.
restart_target() { echo 0 >"$tpg/enable" && sleep 2 && echo 1 >"$tpg/enable"; }
in_the_middle 'target restarted' frozen restart_target
whole 'target restarted' 'the connection was lost in'

# From another nexus, the kernel's own on tcm_loop. The drive's medium says what it holds.
in_the_middle 'drive reset' frozen sg_reset -N --device "$SERVED_NST"
whole 'drive reset' 'the tape ends at object'

check 'no more iSCSI' unexport_drive
check 'it stops' stop_served
