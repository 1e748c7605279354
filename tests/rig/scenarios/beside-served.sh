# The kernel's st beside a running backup, on our own drive served by the kernel: one that tells where its tape stands.
# First Capstan holds st's node, and nobody gets in; then it may not open it, and has only its guard.
# timeout: 240
. tests/rig/served.sh
load_scsi; load_tcmu
cd "$RIG_TMP" || return
check 'library made' capstan library create t --cartridges 1 --capacity 900M
check 'drive appears' serve_drive t || return
export CAPSTAN_DRIVE=$SERVED_SG
mkdir first second
head -c 3000001 /dev/urandom >first/file
head -c 150M /dev/zero >second/file
says() { grep -qF -- "$1" said || { cat said; return 1; }; }
id_of() { capstan list --output-format json 2>/dev/null | python3 -c 'import json, sys; print(json.load(sys.stdin)["backups"][int(sys.argv[1])]["id"])' "$1"; }

check 'backup' capstan backup first --label beside
first=$(id_of 0)

# Somebody who only has the node open.
sleep 600 <"$SERVED_NST" &
holder=$!
wait_for 5 test -e "/proc/$holder/fd/0"
check_status 'a backup is refused while a process holds the st node' 6 capstan backup second
cp "$checked" said
check 'it names node, process and command' says "$SERVED_NST is held open by process $holder (sleep 600)"
kill "$holder"
wait "$holder" 2>/dev/null

# Part one: in a tight loop, from when data flow until the backup lets go of the node.
recorded() { du -s --block-size=1 "$CAPSTAN_HOME" | cut -f1; }
grown() { [ "$(recorded)" -gt "$1" ]; }
as=() until_end=
# in_the_middle NAME STATUS COMMAND...: the command runs when data flow; the backup ends with that status. What it said is in said.
in_the_middle() {
    local name=$1 wanted=$2 before pid
    shift 2
    before=$(recorded)
    timeout 60 "${as[@]}" "${capstan_command[@]}" --trace "$RIG_WORK/${name// /-}.trace" backup second >said 2>&1 &
    pid=$!
    wait_for 20 grown $((before + 10000000))
    check "$name: in the middle" "$@"
    [ "$wanted" -ne 0 ] || [ -n "$until_end" ] || check "$name: it was still running" kill -0 "$pid"
    check_status "$name: how the backup ends" "$wanted" wait "$pid"
    cat said
}
unharmed() {
    rm -rf out
    check "$1: the earlier backup restores" capstan restore "$first" --to out
    same_tree "$1: byte by byte" first out/first
}

# MTIOCTOP with MTREW, as often as it goes, until it is let in: when the backup has ended.
cat >besiege.py <<'PYTHON'
import errno, fcntl, os, struct, sys, time
open("waiting", "w").close()
while not os.path.exists("go"):
    time.sleep(0.01)
tries = 0
while True:
    try:
        node = os.open(sys.argv[1 + tries % 2], os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        tries += 1
        continue
    fcntl.ioctl(node, 0x40086d01, struct.pack("hi", 6, 1))
    break
print(f"refused {tries} times")
sys.exit(tries < 1000)
PYTHON
is_busy() { ! said=$("$@" 2>&1) && [[ $said == *'Device or resource busy'* ]]; }
# Started before, so that they are there at once.
besiege() {
    touch go && is_busy mt -f "$SERVED_NST" rewind && wait "$besieger"
}
until_end=yes
for round in 1 2 3; do
    rm -f waiting go
    python3 besiege.py "$SERVED_NST" "$SERVED_ST" &
    besieger=$!
    check "besieged $round: somebody waits" wait_for 20 test -e waiting
    in_the_middle "besieged $round" 0 besiege
    check "besieged $round: which verifies" capstan verify latest
done
until_end=
rm -f waiting go
unharmed 'besieged'

# Part two: root as ever, but file modes hold for Capstan, and nobody may open st's nodes by theirs.
chmod 000 "$SERVED_NST"
as=(setpriv --inh-caps=-dac_override,-dac_read_search --bounding-set=-dac_override,-dac_read_search)
check 'the doctor says what is missing' eval '"${as[@]}" "${capstan_command[@]}" doctor | grep -q "WARN  *st  *$SERVED_SG: .*you may not open $SERVED_NST"'
in_the_middle 'mt tell' 0 mt -f "$SERVED_NST" tell

# While the server stands still a WRITE of Capstan's is running, and st's first command waits behind it. Otherwise all of st's commands may
# fall between Capstan's look and its WRITE, when it loses the only processor there: that is the hole that only the hold closes.
in_the_middle 'mt rewind' 6 frozen mt -f "$SERVED_NST" rewind
check 'mt rewind: it says where the tape stands' says 'the tape stands at object 0'
check 'mt rewind: it says that it was st' says "kernel's tape driver (st)"
unharmed 'mt rewind'

# Started before, so that it is there at once. MTIOCTOP with MTREW, and the node stays open.
cat >hold.py <<'PYTHON'
import fcntl, os, struct, sys, time
open("waiting", "w").close()
while not os.path.exists("go"):
    time.sleep(0.01)
node = os.open(sys.argv[1], os.O_RDONLY)
fcntl.ioctl(node, 0x40086d01, struct.pack("hi", 6, 1))
open("rewound", "w").close()
time.sleep(600)
PYTHON
python3 hold.py "$SERVED_NST" &
holder=$!
check 'held: somebody waits' wait_for 20 test -e waiting
rewind_and_hold() { touch go && wait_for 10 test -e rewound; }
in_the_middle 'held' 6 frozen rewind_and_hold
check 'held: node and process are named' says "$SERVED_NST is held open by process $holder ("
check 'held: and its command' says "python3 hold.py $SERVED_NST)"
kill "$holder"
wait "$holder" 2>/dev/null
unharmed 'held'

check 'the next backup appends' capstan backup first
rm -rf out
check 'it restores' capstan restore latest --to out
same_tree 'byte by byte' first out/first
check 'so does everything that was complete' capstan verify latest
unharmed 'at last'

# The held node does not keep the kernel from giving up the device.
chmod 600 "$SERVED_NST"
as=()
holds_node() { [ -n "$(find /proc/[0-9]*/fd -lname "$SERVED_NST" 2>/dev/null)" ]; }
stop_while_held() { holds_node && stop_served; }
in_the_middle 'the server ends' 6 stop_while_held
check 'the server ends: it says so' says 'the drive is gone'
check 'the server ends: nothing is left of it' has_no_objects
