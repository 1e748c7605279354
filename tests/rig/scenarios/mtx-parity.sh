# Debian's mtx and ours on the same changers, by turns: after each command of a seeded walk, the commands' output and exit status and
# what `status` prints, byte by byte. tgt's changer first, then our own served one.
# timeout: 240
. tests/rig/served.sh
load_scsi; load_tcmu
real=$(command -v mtx) || { skip 'mtx' 'there is no mtx'; return; }
seed=${RIG_SEED:-4242} steps=${RIG_ROUNDS:-24}
RANDOM=$seed
pick() { eval "$1=\$((RANDOM % $2))"; }
cd "$RIG_TMP" || return
by_mtx() { timeout 60 "$real" -f "$CHANGER" "$@" >out-mtx 2>err-mtx; }
by_capstan() { timeout 60 "${capstan_command[@]}" mtx -f "$CHANGER" "$@" >out-capstan 2>err-capstan; }

# The changer is one: a command that moves something is done by the one and undone by the other, or refused by both.
ends_the_same() {
    local a b
    by_mtx "$@"; a=$?
    by_capstan "$@"; b=$?
    echo "mtx $*: $a, ours: $b"
    [ "$a" -eq "$b" ] && cmp out-mtx out-capstan || { head -n 50 out-mtx err-mtx out-capstan err-capstan; return 1; }
}

# What one did with a command, the other does with it after the way back: both begin in the same state.
twice() {
    local back=$1 a b
    shift
    by_mtx "$@"; a=$?
    cp out-mtx out-first; cp err-mtx err-first
    [ "$a" -ne 0 ] || [ -z "$back" ] || by_mtx $back || { echo "the way back: $back"; cat err-mtx; return 1; }
    by_capstan "$@"; b=$?
    echo "mtx $*: $a, ours: $b"
    [ "$a" -eq "$b" ] && cmp out-first out-capstan || { head -n 50 out-first err-first out-capstan err-capstan; return 1; }
    # Lines of sense data are for scripts: Bacula's looks for "Error Code=".
    diff <(grep -o 'Request Sense: \(Error Code\|Sense Key\|Additional.*\)=.*' err-first) <(grep -o 'Request Sense: \(Error Code\|Sense Key\|Additional.*\)=.*' err-capstan)
    ends_the_same status
}

# One step of the walk, by what the library looks like now.
step() {
    local slot other drive held kind
    by_mtx status || { cat err-mtx; return 1; }
    pick drive "$drives"; pick slot "$slots"; pick other "$slots"; pick kind 8
    slot=$((slot + 1)) other=$((other + 1))
    held=$(sed -n "s/^Data Transfer Element $drive:Full (Storage Element \([0-9]*\) Loaded).*/\1/p" out-mtx)
    case $kind in
        0 | 1 | 2) [ -z "$held" ] || { twice "load $held $drive" unload "$held" "$drive"; return; }
            twice "unload $slot $drive" load "$slot" "$drive" ;;
        3) twice "transfer $other $slot" transfer "$slot" "$other" ;;
        4) [ "$exchanges" = yes ] || { twice "transfer $slot $other" transfer "$other" "$slot"; return; }
            twice "exchange $slot $other" exchange "$slot" "$other" ;;
        5) [ -z "$held" ] && ends_the_same unload "$slot" "$drive" || ends_the_same load "$slot" "$drive" ;;
        6) ends_the_same nobarcode status ;;
        *) ends_the_same inventory ;;
    esac
}

walk() {
    local n
    echo "$steps steps, seed $seed (RIG_SEED), drives $drives, slots $slots"
    for ((n = 1; n <= steps; n++)); do
        step || { echo "step $n"; return 1; }
    done
}

# both NAME: everything on $CHANGER with $drives drives and $slots slots.
both() {
    local line
    check "$1: inquiry" ends_the_same inquiry
    check "$1: status" ends_the_same status
    check "$1: the same walk" walk
    for line in 'load' 'load 99' 'load 1 9' 'unload 99' 'transfer 1' 'transfer 99 1' 'exchange 1 99' 'blah' 'status status' 'eepos 7' 'noattach status' '--version' ''; do
        # shellcheck disable=SC2086 # a command and its numbers
        check "$1: mtx $line ends as mtx does" ends_the_same $line
    done
}

# tgt's changer: eight slots, two of them mail slots' own, three cartridges and a drive.
start_tgt_changer() {
    local home=$RIG_TMP/tgt slot=1024 barcode device
    mkdir -p "$home" && head -c 1024 /dev/zero >"$home/smc"
    for barcode in DRIVE0L4 B00001L4 B00002L4 B00003L4; do
        tgtimg --op new --device-type tape --barcode "$barcode" --size 20 --type data --file "$home/$barcode" || return 1
    done
    element() { tgt --mode logicalunit --op update --tid 1 --lun 2 --params "$1"; }
    tgtd && wait_for 10 tgt --op show --mode target &&
        tgt --mode target --op new --tid 1 -T "$rig_iqn" &&
        tgt --mode logicalunit --op new --tid 1 --lun 1 -b "$home/DRIVE0L4" --device-type tape --bstype ssc &&
        tgt --mode logicalunit --op new --tid 1 --lun 2 -b "$home/smc" --device-type changer &&
        element "media_home=$home" && element element_type=1,start_address=1,quantity=1 &&
        element element_type=2,start_address=1024,quantity=6 && element element_type=3,start_address=800,quantity=2 &&
        element element_type=4,start_address=500,quantity=1 && element element_type=4,address=500,tid=1,lun=1 || return 1
    for barcode in B00001L4 B00002L4 B00003L4; do
        element "element_type=2,address=$slot,barcode=$barcode,sides=1" || return 1
        slot=$((slot + 1))
    done
    tgt --mode target --op bind --tid 1 -I ALL || return 1
    printf 'InitiatorName=iqn.2026-01.test.capstan:initiator\n' >/etc/iscsi/initiatorname.iscsi
    iscsid; wait_for 10 iscsiadm -m discovery -t st -p 127.0.0.1 && iscsiadm -m node -T "$rig_iqn" --login && wait_for 10 find_changer
}
find_changer() {
    local device
    for device in /sys/class/scsi_generic/sg*/device; do
        [ "$(cat "$device/type" 2>/dev/null)" = 8 ] || continue
        device=${device%/device}
        CHANGER=/dev/${device##*/}
        [ -c "$CHANGER" ] && return 0
    done
    return 1
}

check 'the changer of tgt appears' start_tgt_changer
find_changer
# It has no EXCHANGE MEDIUM: mtx fails there, and ours goes by way of a free slot.
drives=1 slots=8 exchanges=no
# The unit attentions of a login are the first program's: mtx takes one for an answer to MODE SENSE.
timeout 10 sg_turs "$CHANGER" >/dev/null 2>&1; timeout 10 sg_turs "$CHANGER" >/dev/null 2>&1
both tgt
check 'tgt ends' stop_tgt

check 'library made' make_library t 3 10 2 7 --capacity 50M --no-sync
check 'library appears' serve_library t || return
CHANGER=$CHANGER_SG drives=3 slots=12 exchanges=yes
timeout 10 sg_turs "$CHANGER" >/dev/null 2>&1; timeout 10 sg_turs "$CHANGER" >/dev/null 2>&1
both ours
check 'it stops' stop_served
