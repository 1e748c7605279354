# What a scenario may use; sourced in the guest before it. See docs/rig.md.
# $RIG_WORK: a directory on the machine's file tree, kept when a check failed. $RIG_TMP: in memory, fast.
export CAPSTAN_HOME=$RIG_TMP/capstan

log() { printf '== %s\n' "$*"; }

# The result line goes to the results at once: a guest that hangs later has still told it.
record() {
    printf '%s\n' "$*"
    printf '%s\n' "$*" >>"$RIG_OUT/results"
}

# check NAME COMMAND...: passes when the command ends with status 0. What it printed is in the file $checked until the
# next check that prints something.
checked=$RIG_TMP/checked
check() {
    local name=$1 status output=$RIG_TMP/checking
    shift
    printf -- '-- %s:' "$name"
    printf ' %q' "$@"
    printf '\n'
    "$@" >"$output" 2>&1
    status=$?
    cat "$output"
    [ -s "$output" ] && mv "$output" "$checked"
    if [ "$status" -eq 0 ]; then
        record "PASS $RIG_SCENARIO: $name"
    else
        record "FAIL $RIG_SCENARIO: $name (status $status)"
    fi
    return "$status"
}

# check_status NAME STATUS COMMAND...: passes when the command ends with that status.
check_status() {
    local name=$1 status=$2
    shift 2
    check "$name" ends_with "$status" "$@"
}

ends_with() {
    local wanted=$1 got
    shift
    "$@"
    got=$?
    [ "$got" -eq "$wanted" ] && return 0
    printf 'ended with status %s instead of %s\n' "$got" "$wanted"
    return 1
}

skip() { record "SKIP $RIG_SCENARIO: $1 ($2)"; }

# same NAME FILE1 FILE2: byte by byte.
same() { check "$1" cmp "$2" "$3"; }

# same_tree NAME FOLDER1 FOLDER2: names, bytes, modes, owners, times and link targets.
same_tree() { check "$1" compare_trees "$2" "$3"; }

compare_trees() { diff <(describe_tree "$1") <(describe_tree "$2"); }

describe_tree() {
    (
        cd "$1" || exit 1
        find . -printf '%P\t%y\t%m\t%U:%G\t%s\t%T@\t%l\n' | awk -F'\t' -v OFS='\t' '$2 == "d" { $5 = "" } 1' | sort
        find . -type f -print0 | sort -z | xargs -0r sha256sum
    )
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}

# For where a function cannot be called: timeout "${capstan_command[@]}" ...
case $RIG_CAPSTAN in
    *.dll) capstan_command=(dotnet "$RIG_CAPSTAN") ;;
    *) capstan_command=("$RIG_CAPSTAN") ;;
esac
capstan() { "${capstan_command[@]}" "$@"; }

# load MODULE...: with what they depend on.
load() {
    if ! [ -e "/run/rig/kernel/lib/modules/$(uname -r)" ]; then
        mkdir -p /run/rig/kernel/lib/modules
        ln -s "$RIG_MODULES" "/run/rig/kernel/lib/modules/$(uname -r)"
    fi
    modprobe -d /run/rig/kernel -a "$@"
}

# arm_reset KIND NODE, and then fire_reset: device, target, bus or host reset, without escalation, under a program that keeps
# everybody else off the sg node: through a duplicate of its own descriptor (pidfd_getfd). SG_SCSI_RESET and its values are from
# scsi/sg.h. In two steps, because Python takes its time to start.
arm_reset() {
    reset_at=$RIG_TMP/reset
    rm -rf "$reset_at"
    mkdir "$reset_at"
    python3 - "$@" "$reset_at" >"$reset_at/log" 2>&1 <<'PYTHON' &
import ctypes, fcntl, os, sys, time
kind, node, place = sys.argv[1:]
PIDFD_GETFD, SG_SCSI_RESET, NO_ESCALATE = 438, 0x2284, 0x100
kind = {"device": 1, "bus": 2, "host": 3, "target": 4}[kind]
def holders():
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            for descriptor in os.listdir(f"/proc/{process}/fd"):
                if os.readlink(f"/proc/{process}/fd/{descriptor}") == node:
                    yield int(process), int(descriptor)
        except OSError:
            pass
library = ctypes.CDLL(None, use_errno=True)
open(f"{place}/armed", "w").close()
while not os.path.exists(f"{place}/fire"):
    time.sleep(0.01)
process, descriptor = next(holders())
copy = library.syscall(PIDFD_GETFD, os.pidfd_open(process), descriptor, 0)
if copy < 0:
    sys.exit(os.strerror(ctypes.get_errno()))
fcntl.ioctl(copy, SG_SCSI_RESET, (kind | NO_ESCALATE).to_bytes(4, "little"))
open(f"{place}/done", "w").close()
PYTHON
    wait_for 30 test -e "$reset_at/armed"
}
fire_reset() {
    touch "$reset_at/fire"
    wait_for 30 test -e "$reset_at/done" || { cat "$reset_at/log"; return 1; }
}

load_scsi() { load sg st ch iscsi_tcp; }

load_tcmu() {
    load configfs uio target_core_mod target_core_user tcm_loop
    mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
}

# before_faults DEVICE SIZE: in $RIG_TMP, a small tree that is backed up and must survive ($first is its backup), and long/file to be interrupted.
before_faults() {
    cd "$RIG_TMP" || return 1
    mkdir tree long
    head -c 3000000 /dev/urandom >tree/file
    seq 5000 >tree/text
    head -c "$2" /dev/urandom >long/file
    check 'a backup that must survive' capstan backup tree --label faults --device "$1"
    first=$(capstan list --output-format json 2>/dev/null | python3 -c 'import json, sys; print(json.load(sys.stdin)["backups"][0]["id"])')
}

rig_iqn=iqn.2026-01.test.capstan:rig
tgt() { timeout 20 tgtadm --lld iscsi "$@"; }

start_tgtd() {
    tgtd || return 1
    wait_for 10 tgt --op show --mode target || { log 'tgtd does not answer'; return 1; }
    tgt --mode target --op new --tid 1 -T "$rig_iqn" &&
        tgt --mode logicalunit --op new --tid 1 --lun 1 -b "$1" --device-type tape --bstype ssc &&
        tgt --mode target --op bind --tid 1 -I ALL
}

# The st and sg nodes of the tape drive of vendor IET.
find_tgt_tape() {
    local device
    for device in /sys/class/scsi_generic/sg*/device; do
        [ "$(cat "$device/type" 2>/dev/null)" = 1 ] || continue
        [[ "$(cat "$device/vendor" 2>/dev/null)" = IET* ]] || continue
        [ -d "$device/scsi_tape/st0" ] || ls -d "$device"/scsi_tape/st[0-9] >/dev/null 2>&1 || continue
        SG=${device%/device} SG=/dev/${SG##*/}
        ST=$(ls "$device/scsi_tape" | grep -E '^st[0-9]+$') ST=/dev/$ST
        NST=/dev/n${ST##*/}
        [ -c "$SG" ] && [ -c "$ST" ] && [ -c "$NST" ] && return 0
    done
    return 1
}

login_tgt() {
    [ -s /etc/iscsi/initiatorname.iscsi ] || printf 'InitiatorName=iqn.2026-01.test.capstan:initiator\n' >/etc/iscsi/initiatorname.iscsi
    pgrep -x iscsid >/dev/null || iscsid || return 1
    wait_for 10 iscsiadm -m discovery -t st -p 127.0.0.1 || { log 'no answer to the iSCSI discovery'; return 1; }
    iscsiadm -m node -T "$rig_iqn" --login || return 1
    wait_for 10 find_tgt_tape && find_tgt_tape
}

# start_tgt_tape [SIZE_MB]: a tape drive that others wrote, over iSCSI. Sets SG, ST, NST.
start_tgt_tape() {
    rig_tape=$RIG_TMP/tgt-tape
    [ -d /sys/module/st ] && [ -d /sys/module/iscsi_tcp ] || load_scsi || return 1
    tgtimg --op new --device-type tape --barcode A00001L4 --size "${1:-200}" --type data --file "$rig_tape" &&
        start_tgtd "$rig_tape" && login_tgt
}

stop_tgt() {
    iscsiadm -m node -T "$rig_iqn" --logout >/dev/null 2>&1
    pkill -KILL -x tgtd
    rm -f "${rig_tape:-}"
}
