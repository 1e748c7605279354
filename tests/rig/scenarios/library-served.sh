# A whole library in the kernel: four drives and a changer, each a device of its own, before mtx, lsscsi, sg3-utils, tapestat and dd.
# timeout: 300
# memory: 3072M
# tmp: 2000M
. tests/rig/served.sh
load_scsi; load_tcmu
changer=generic check 'library made' make_library t 4 16 2 8 --capacity 70M --no-sync
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

head -c 20M /dev/urandom >"$RIG_TMP/data"
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
refused() { local out status; out=$("$@" 2>&1); status=$?; printf '%s\n' "$out"; [ "$status" -ne 0 ]; }
all_say() { local wanted out; out=$("${@:2}" 2>&1) || { printf '%s\n' "$out"; return 1; }; printf '%s\n' "$out"; while read -r wanted; do grep -q -- "$wanted" <<<"$out" || { echo "not there: $wanted"; return 1; }; done <<<"$1"; }
check 'sg_opcodes of the changer' all_say $'Move medium\nExchange medium\nRead element status\nPersistent reserve in' sg_opcodes "$CHANGER_SG"
# This sg_logs has no names for a changer's TapeAlert page; it shows the bytes.
check 'sg_logs of the changer' all_say $'Supported log pages\n0x2e\n2e 00 00 a0 00 01 03 01' sg_logs -a "$CHANGER_SG"
changer_reserves() {
    sg_persist --out --register --param-sark=5 "$CHANGER_SG" && sg_persist -k "$CHANGER_SG" && sg_persist --out --reserve --param-rk=5 --prout-type=3 "$CHANGER_SG" &&
        sg_persist -r "$CHANGER_SG" && sg_persist --out --clear --param-rk=5 "$CHANGER_SG" && sg_persist -k "$CHANGER_SG"
}
check 'sg_persist of the changer' all_say $'1 registered reservation key\nExclusive Access\nNO registered reservation keys' changer_reserves
check 'sg_luns' sg_luns "$CHANGER_SG"
check 'sg_requests' sg_requests "$CHANGER_SG"
check 'sg_turs' sg_turs "$CHANGER_SG"

# Each program on each of the drives; the cartridge of the first one is out at first.
check 'the first drive has its tape again' m load 12 0
sg_turs "${DRIVE_SG[0]}" >/dev/null 2>&1
keys_of() { sg_persist --out --register --param-sark="$2" "$1" && sg_persist -k "$1"; }
for drive in 0 1 2 3; do
    sg=${DRIVE_SG[drive]}
    check "drive $drive: sg_turs" sg_turs "$sg"
    check "drive $drive: sg_inq" says 'ULT3580-TD9' sg_inq "$sg"
    check "drive $drive: sg_vpd" all_say $'Device identification\nUnit serial number' sg_vpd -a "$sg"
    check "drive $drive: sg_modes" all_say $'Device configuration\nData Compression' sg_modes -a "$sg"
    check "drive $drive: sg_logs" all_say $'Write error counter\nTape alert\nTape capacity' sg_logs -a "$sg"
    check "drive $drive: sg_opcodes" all_say $'Space(16)\nRead attribute' sg_opcodes "$sg"
    check "drive $drive: sg_requests" all_say 'Sense key: No Sense' sg_requests "$sg"
    check "drive $drive: sg_luns" sg_luns "$sg"
    check "drive $drive: sg_read_attr" all_say $'Medium manufacturer\nMedium serial number' sg_read_attr "$sg"
    # REPORT DENSITY SUPPORT; Debian 12 has no sg_rep_density.
    if command -v sg_rep_density >/dev/null; then
        check "drive $drive: sg_rep_density" says 'U-9' sg_rep_density "$sg"
    else
        check "drive $drive: densities" all_say 'U-9' sg_raw -r 1024 "$sg" 44 00 00 00 00 00 00 04 00 00
    fi
    check "drive $drive: sg_persist" all_say "1 registered reservation key"$'\n'"0x10$drive" keys_of "$sg" "10$drive"
    check "drive $drive: capstan" all_say $'LTO-9\nready' capstan drive status --device "$sg"
    check "drive $drive: sg_ses is refused" refused sg_ses -p 2 "$sg"
    check "drive $drive: sg_readcap is refused" refused sg_readcap "$sg"
done
key_is() { sg_persist -k "${DRIVE_SG[$1]}" | tee /dev/stderr | grep -q "0x10$1\$"; }
keys_back() { local drive; for drive in 0 1 2 3; do key_is $drive && sg_persist --out --clear --param-rk="10$drive" "${DRIVE_SG[drive]}" || return 1; done; }
check 'each drive has its own key, and gives it back' keys_back

# st, mt, dd, tar on all four at once: positions, fixed blocks, archives.
walk() {
    local n=$1 place
    at() { place=$(mt -f "$n" tell | sed -n 's/^At block \([0-9]*\)\.$/\1/p'); [ "$place" = "$1" ] || { echo "stands at $place instead of $1"; return 1; }; }
    mt -f "$n" rewind && dd if=/dev/urandom of="$n" bs=1k count=5 && dd if=/dev/urandom of="$n" bs=64k count=4 && mt -f "$n" weof 2 && at 13 &&
        mt -f "$n" rewind && mt -f "$n" fsf 1 && at 6 && mt -f "$n" fsr 2 && at 8 && mt -f "$n" bsr 1 && at 7 && mt -f "$n" bsf 1 && at 5 &&
        mt -f "$n" asf 1 && at 6 && mt -f "$n" eod && at 13 && mt -f "$n" seek 3 && at 3 &&
        mt -f "$n" asf 2 && at 11 && mt -f "$n" setblk 1024 && dd if="$RIG_TMP/data" of="$n" bs=32k count=8 && at 268 &&
        mt -f "$n" asf 2 && cmp <(head -c 256k "$RIG_TMP/data") <(dd if="$n" bs=64k 2>/dev/null) && mt -f "$n" setblk 0 &&
        mt -f "$n" eod && tar -b 128 -cf "$n" -C "$RIG_TMP/trees" "$2" && mt -f "$n" asf 3 && tar -b 128 -df "$n" -C "$RIG_TMP/trees" &&
        mt -f "$n" compression 0 && mt -f "$n" status | grep -q ONLINE && mt -f "$n" retension && at 0
}
for drive in 0 1 2 3; do
    mkdir -p "$RIG_TMP/trees/$drive" && head -c 4M /dev/urandom >"$RIG_TMP/trees/$drive/random" && seq 9999 >"$RIG_TMP/trees/$drive/text"
done
walkers=()
for drive in 0 1 2 3; do
    (walk "${DRIVE_NST[drive]}" "$drive") >"$RIG_TMP/walk.$drive" 2>&1 &
    walkers+=($!)
done
for drive in 0 1 2 3; do
    wait "${walkers[drive]}"
    ended=$?
    check "drive $drive: mt, dd and tar while the others do the same" eval "cat $RIG_TMP/walk.$drive; [ $ended = 0 ]"
done

# tar over two tapes that mtx changes.
printf '#!/bin/sh\nexec >&2\nmtx -f %s unload 2 1 && mtx -f %s load 5 1 && mt -f %s rewind; mt -f %s rewind\n' "$CHANGER_SG" "$CHANGER_SG" "${DRIVE_NST[1]}" "${DRIVE_NST[1]}" >"$RIG_TMP/next"
printf '#!/bin/sh\nexec >&2\nmtx -f %s unload 5 1 && mtx -f %s load 2 1 && mt -f %s rewind; mt -f %s rewind\n' "$CHANGER_SG" "$CHANGER_SG" "${DRIVE_NST[1]}" "${DRIVE_NST[1]}" >"$RIG_TMP/first"
chmod +x "$RIG_TMP/next" "$RIG_TMP/first"
mkdir "$RIG_TMP/volumes" && head -c 90M /dev/urandom >"$RIG_TMP/volumes/long"
mt -f "${DRIVE_NST[1]}" rewind
check 'tar over two tapes, changed by mtx' tar -c -M -b 512 -F "$RIG_TMP/next" -f "${DRIVE_NST[1]}" -C "$RIG_TMP" volumes
check 'the second one is in the drive' says 'Data Transfer Element 1:Full (Storage Element .* Loaded):VolumeTag = CAP006L9' m status
check 'the first one again' "$RIG_TMP/first"
check 'tar compares both' tar -d -M -b 512 -F "$RIG_TMP/next" -f "${DRIVE_NST[1]}" -C "$RIG_TMP"
rm -rf "$RIG_TMP/volumes"
check 'the first one back' "$RIG_TMP/first"
# There is no enclosure here, and no disk.
check 'sg_ses of the changer is refused' refused sg_ses -p 2 "$CHANGER_SG"
check 'sg_readcap of the changer is refused' refused sg_readcap "$CHANGER_SG"
check 'WRITE(6) to the changer is refused' refused sg_raw -s 512 -i /dev/zero "$CHANGER_SG" 0a 00 00 00 01 00
check 'the changer is as before' says '4 Drives' m status

if command -v tapestat >/dev/null; then
    tapestat 1 3 >"$RIG_WORK/tapestat" 2>&1 & watcher=$!
    for drive in 0 1 2 3; do mt -f "${DRIVE_NST[drive]}" rewind; dd if="$RIG_TMP/data" of="${DRIVE_NST[drive]}" bs=256k 2>/dev/null; done
    wait "$watcher"
    check 'tapestat counts every drive' eval 'cat "$RIG_WORK/tapestat"; awk "/^st[0123]/ { written[\$1] += \$3 } END { exit !(written[\"st0\"] && written[\"st1\"] && written[\"st2\"] && written[\"st3\"]) }" "$RIG_WORK/tapestat"'
else
    skip 'tapestat' 'there is no tapestat (package sysstat)'
fi

# A key of one drive is not that of another.
umask 077
check 'a key' capstan drive encryption generate-key "$RIG_TMP/a.key" --description 'third drive'
check 'stenc sets it on one drive' stenc -f "${DRIVE_NST[2]}" -a 1 -e on -k "$RIG_TMP/a.key"
shows() { local wanted=$1 out; shift; out=$("$@" 2>&1); printf '%s\n' "$out"; grep -q -- "$wanted" <<<"$out"; }
check 'which encrypts' shows 'third drive' stenc -f "${DRIVE_NST[2]}" --detail
for drive in 0 1 3; do check "drive $drive does not" shows 'Not encrypting' stenc -f "${DRIVE_NST[drive]}" --detail; done
mt -f "${DRIVE_NST[2]}" rewind
check 'written with the key' dd if="$RIG_TMP/data" of="${DRIVE_NST[2]}" bs=256k
check 'into the fourth drive' eval 'm unload 4 3 && m unload 3 2 && m load 3 3'
mt -f "${DRIVE_NST[3]}" rewind
check 'where nobody reads it' refused dd if="${DRIVE_NST[3]}" of=/dev/null bs=256k
check 'but with the key' eval 'stenc -f "${DRIVE_NST[3]}" -a 1 -e on -k "$RIG_TMP/a.key"; mt -f "${DRIVE_NST[3]}" rewind; dd if="${DRIVE_NST[3]}" of="$RIG_TMP/back" bs=256k'
same 'it is what was written' "$RIG_TMP/data" "$RIG_TMP/back"
check 'it stops' stop_served
check 'nothing is left' has_no_objects
