# A whole library in the kernel: four drives and a changer, each a device of its own, before mtx, lsscsi, sg3-utils, tapestat and dd.
# timeout: 240
# memory: 3072M
# tmp: 2000M
. tests/rig/served.sh
load_scsi; load_tcmu
check 'library made' make_library t 4 16 2 8 --capacity 500M --no-sync
check 'library appears' serve_library t
lsscsi -g
check 'five devices' test "${#DRIVE_SG[@]}" = 4 -a "${#DRIVE_NST[@]}" = 4 -a -c "$CHANGER_SG" -a -c "$CHANGER_SCH"
m() { timeout 30 mtx -f "$CHANGER_SG" "$@"; }
says() { local wanted=$1; shift; "$@" 2>&1 | tee /dev/stderr | grep -q -- "$wanted"; }
check 'mtx inquiry' says "Product Type: Medium Changer" m inquiry
check 'mtx status' says 'Storage Changer.*:4 Drives, 18 Slots ( 2 Import/Export )' m status
check 'mtx load' m load 1 0
check 'mtx load by three more' eval 'm load 2 1 && m load 3 2 && m load 4 3'
check 'drive 0 holds the first' says 'Data Transfer Element 0:Full (Storage Element 1 Loaded):VolumeTag = CAP001L9' m status
ready() { mt -f "$1" status 2>&1 | tee /dev/stderr | grep -q 'ONLINE'; }
for drive in 0 1 2 3; do
    check "drive $drive is ready" ready "${DRIVE_NST[drive]}"
    mt -f "${DRIVE_NST[drive]}" rewind
done

head -c 60M /dev/urandom >"$RIG_TMP/data"
write_all() {
    local drive writers=()
    for drive in 0 1 2 3; do
        dd if="$RIG_TMP/data" of="${DRIVE_NST[drive]}" bs=256k 2>&1 &
        writers+=($!)
    done
    wait "${writers[@]}"
}
check 'four drives are written at once' write_all
for drive in 0 1 2 3; do
    mt -f "${DRIVE_NST[drive]}" rewind
    check "drive $drive is read" dd if="${DRIVE_NST[drive]}" of="$RIG_TMP/back" bs=256k
    same "drive $drive has what was written" "$RIG_TMP/data" "$RIG_TMP/back"
done
check 'mtx unload of a drive that is loaded' m unload 1 0
check 'slot 1 is full again' says 'Storage Element 1:Full :VolumeTag=CAP001L9' m status
check 'mtx transfer' m transfer 1 12
check 'mtx exchange' m exchange 5 6
check 'mtx inventory' m inventory
check 'it stops' stop_served
check 'nothing is left' has_no_objects
