# A whole library in the kernel: four drives and a changer, each a device of its own, before mtx, lsscsi, sg3-utils, tapestat and dd.
# timeout: 240
# memory: 3072M
# tmp: 2000M
. tests/rig/served.sh
load_scsi; load_tcmu
changer=generic check 'library made' make_library t 4 16 2 8 --capacity 500M --no-sync
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

# Programs that look. Which drive is in which element: by serial number.
serial_of() { sg_vpd -p sn "$1" | grep -o 'CAP[0-9A-F]*'; }
check 'sg_vpd: every unit has a serial number of its own' eval '[ "$(for sg in "${DRIVE_SG[@]}" "$CHANGER_SG"; do serial_of $sg; done | sort -u | wc -l)" = 5 ]'
ties() {
    local drive
    # READ ELEMENT STATUS: CURDATA and DVCID of the data transfer elements.
    sg_raw -r 1024 -o "$RIG_TMP/elements" "$CHANGER_SG" b8 04 01 00 00 04 03 00 04 00 00 00 2>&1 || return 1
    for drive in 0 1 2 3; do
        grep -a -o 'CAP[0-9A-F]\{7\}' "$RIG_TMP/elements" | sed -n "$((drive + 1))p" | grep -q "^$(serial_of "${DRIVE_SG[drive]}")$" || return 1
    done
}
check 'element status names the drives by their serial numbers, in order' ties
check 'sg_inq of the changer' says 'Peripheral device type: medium changer' sg_inq "$CHANGER_SG"
check 'sg_vpd of the changer' sg_vpd -a "$CHANGER_SG"
check 'sg_modes of the changer' says 'Element address assignment' sg_modes -a "$CHANGER_SG"
# What this kind of changer does not have it refuses: commands that it does not know, not the answer to one.
decoded_or_refused() { local out status wanted=$1; shift; out=$("$@" 2>&1); status=$?; printf '%s\n' "$out"; [ "$status" -eq 0 ] && grep -q -- "$wanted" <<<"$out" || grep -q 'Invalid opcode\|not supported' <<<"$out"; }
check 'sg_opcodes of the changer' decoded_or_refused 'Move medium' sg_opcodes "$CHANGER_SG"
check 'sg_logs of the changer' decoded_or_refused 'Supported log pages' sg_logs -a "$CHANGER_SG"
check 'sg_persist of the changer' decoded_or_refused 'PR generation' sg_persist -k "$CHANGER_SG"
check 'sg_luns' sg_luns "$CHANGER_SG"
check 'sg_requests' sg_requests "$CHANGER_SG"
check 'sg_turs' sg_turs "$CHANGER_SG"
for drive in 1 3; do
    sg=${DRIVE_SG[drive]}
    check "sg_logs of drive $drive" says 'Tape alert' sg_logs -a "$sg"
    check "sg_inq of drive $drive" says 'ULT3580-TD9' sg_inq "$sg"
    check "sg_vpd of drive $drive" sg_vpd -a "$sg"
    check "sg_read_attr of drive $drive" says 'Medium manufacturer' sg_read_attr "$sg"
    if command -v sg_rep_density >/dev/null; then
        check "sg_rep_density of drive $drive" says 'U-9' sg_rep_density "$sg"
    else
        skip "sg_rep_density of drive $drive" 'this sg3-utils has no sg_rep_density'
    fi
    check "sg_persist of drive $drive" eval "sg_persist --out --register --param-sark=1 $sg && sg_persist -k $sg && sg_persist --out --clear --param-rk=1 $sg"
done
refused() { local out status; out=$("$@" 2>&1); status=$?; printf '%s\n' "$out"; [ "$status" -ne 0 ]; }
# There is no enclosure here.
check 'sg_ses of a drive is refused' refused sg_ses -p 2 "${DRIVE_SG[1]}"
check 'sg_ses of the changer is refused' refused sg_ses -p 2 "$CHANGER_SG"
check 'sg_readcap of the changer is refused' refused sg_readcap "$CHANGER_SG"
check 'WRITE(6) to the changer is refused' refused sg_raw -s 512 -i /dev/zero "$CHANGER_SG" 0a 00 00 00 01 00
check 'the changer is as before' says '4 Drives' m status

if command -v tapestat >/dev/null; then
    tapestat 1 3 >"$RIG_WORK/tapestat" 2>&1 & watcher=$!
    for drive in 1 2 3; do mt -f "${DRIVE_NST[drive]}" rewind; dd if="$RIG_TMP/data" of="${DRIVE_NST[drive]}" bs=256k 2>/dev/null; done
    wait "$watcher"
    check 'tapestat counts every drive' eval 'cat "$RIG_WORK/tapestat"; grep -q "^st3" "$RIG_WORK/tapestat" && awk "/^st[123]/ { sum += \$3 } END { exit !(sum > 0) }" "$RIG_WORK/tapestat"'
else
    skip 'tapestat' 'there is no tapestat (package sysstat)'
fi

# A key of one drive is not that of another.
umask 077
check 'a key' capstan drive encryption generate-key "$RIG_TMP/a.key" --description 'third drive'
check 'stenc sets it on one drive' stenc -f "${DRIVE_NST[2]}" -a 1 -e on -k "$RIG_TMP/a.key"
shows() { local wanted=$1 out; shift; out=$("$@" 2>&1); printf '%s\n' "$out"; grep -q -- "$wanted" <<<"$out"; }
check 'which encrypts' shows 'third drive' stenc -f "${DRIVE_NST[2]}" --detail
check 'another does not' shows 'Not encrypting' stenc -f "${DRIVE_NST[3]}" --detail
mt -f "${DRIVE_NST[2]}" rewind
check 'written with the key' dd if="$RIG_TMP/data" of="${DRIVE_NST[2]}" bs=256k
check 'into the fourth drive' eval 'm unload 4 3 && m unload 3 2 && m load 3 3'
mt -f "${DRIVE_NST[3]}" rewind
check 'where nobody reads it' refused dd if="${DRIVE_NST[3]}" of=/dev/null bs=256k
check 'but with the key' eval 'stenc -f "${DRIVE_NST[3]}" -a 1 -e on -k "$RIG_TMP/a.key"; mt -f "${DRIVE_NST[3]}" rewind; dd if="${DRIVE_NST[3]}" of="$RIG_TMP/back" bs=256k'
same 'it is what was written' "$RIG_TMP/data" "$RIG_TMP/back"
check 'it stops' stop_served
check 'nothing is left' has_no_objects
