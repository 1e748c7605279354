# The conformance classes against a tape drive and a changer that others wrote, through this kernel's /dev/sgN.
# timeout: 150
program=artifacts/bin/Capstan.Conformance.Kernel/debug/Capstan.Conformance.Kernel.dll
if ! [ -e "$program" ]; then
    skip 'conformance' "$program is not built: dotnet build tests/Capstan.Conformance.Kernel"
    return
fi
# What was measured, for docs/targets: cp artifacts/rig/conformance/measured/*.tsv docs/targets/
export CAPSTAN_MEASURED=$RIG_OUT/measured

# Short, so that its end is reached.
check 'the tape drive of tgt appears' start_tgt_tape 100 || return

# A changer beside it: a target of its own with eight slots, three cartridges and a drive.
add_changer() {
    local home=$RIG_TMP/changer iqn=iqn.2026-11.test.capstan:changer slot=1024 barcode
    mkdir -p "$home" && head -c 1024 /dev/zero >"$home/smc"
    for barcode in DRIVE0L4 B00001L4 B00002L4 B00003L4; do
        tgtimg --op new --device-type tape --barcode "$barcode" --size 20 --type data --file "$home/$barcode" || return 1
    done
    element() { tgt --mode logicalunit --op update --tid 2 --lun 2 --params "$1"; }
    tgt --mode target --op new --tid 2 -T "$iqn" &&
        tgt --mode logicalunit --op new --tid 2 --lun 1 -b "$home/DRIVE0L4" --device-type tape --bstype ssc &&
        tgt --mode logicalunit --op new --tid 2 --lun 2 -b "$home/smc" --device-type changer &&
        element "media_home=$home" &&
        element element_type=1,start_address=1,quantity=1 &&
        element element_type=2,start_address=1024,quantity=8 &&
        element element_type=3,start_address=800,quantity=2 &&
        element element_type=4,start_address=500,quantity=1 &&
        element element_type=4,address=500,tid=2,lun=1 || return 1
    for barcode in B00001L4 B00002L4 B00003L4; do
        element "element_type=2,address=$slot,barcode=$barcode,sides=1" || return 1
        slot=$((slot + 1))
    done
    tgt --mode target --op bind --tid 2 -I ALL &&
        iscsiadm -m discovery -t st -p 127.0.0.1 && iscsiadm -m node -T "$iqn" --login && wait_for 10 find_changer && find_changer
}

find_changer() {
    local device
    for device in /sys/class/scsi_generic/sg*/device; do
        if [ "$(cat "$device/type" 2>/dev/null)" = 8 ]; then
            device=${device%/device}
            CHANGER=/dev/${device##*/}
            [ -c "$CHANGER" ] && return 0
        fi
    done
    return 1
}

check 'the changer of tgt appears' add_changer
find_changer
CAPSTAN_TEST_SG=$SG CAPSTAN_TEST_SG_CHANGER=${CHANGER:-} check 'tape drive and changer of tgt' dotnet "$program" -noLogo -noColor
grep -E 'Total: ' "$checked"
check 'it ends' stop_tgt
