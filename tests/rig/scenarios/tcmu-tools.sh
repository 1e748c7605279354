# A served drive before sg3_utils, tar, and our own driver.
# timeout: 150
. tests/rig/served.sh
load_scsi; load_tcmu
check 'library made' capstan library create t --cartridges 3 --capacity 30M
check 'drive appears' serve_drive t --stacker
N=$SERVED_NST
sg_turs "$SERVED_SG" >/dev/null 2>&1
says() { local wanted=$1 out; shift; out=$("$@" 2>&1) || { printf '%s\n' "$out"; return 1; }; printf '%s\n' "$out"; grep -q -- "$wanted" <<<"$out"; }
check 'sg_turs' sg_turs "$SERVED_SG"
check 'sg_inq' says 'Product identification: ULT3580-TD9' sg_inq "$SERVED_SG"
check 'sg_inq with version descriptors' says 'SSC-4' sg_inq -d "$SERVED_SG"
check 'sg_vpd lists' says 'Device identification' sg_vpd "$SERVED_SG"
check 'sg_vpd of all pages' sg_vpd -a "$SERVED_SG"
check 'sg_vpd of the serial number' says CAP sg_vpd -p sn "$SERVED_SG"
check 'sg_vpd of the sequential access capabilities' says 'WORM=1' sg_vpd -p 0xb0 "$SERVED_SG"
check 'sg_vpd of a page that is not there is refused' bash -c "! sg_vpd -p 0xc7 $SERVED_SG"
check 'sg_modes of all pages' says 'Device configuration' sg_modes -a "$SERVED_SG"
check 'sg_modes 6 bytes' sg_modes -6 -a "$SERVED_SG"
check 'sg_modes changeable' sg_modes -a -c 1 "$SERVED_SG"
check 'sg_logs of all pages' says 'Tape alert' sg_logs -a "$SERVED_SG"
check 'sg_logs lists' says 'Tape capacity' sg_logs "$SERVED_SG"
check 'sg_opcodes' says 'Space(16)' sg_opcodes "$SERVED_SG"
check 'sg_opcodes with timeouts' sg_opcodes --rctd "$SERVED_SG"
check 'sg_opcodes of one' says 'conforming to SCSI standard' sg_opcodes --opcode=0x0a "$SERVED_SG"
check 'sg_requests' says 'Sense key: No Sense' sg_requests "$SERVED_SG"
check 'sg_requests descriptor format' sg_requests -d "$SERVED_SG"
check 'sg_luns' sg_luns "$SERVED_SG"
check 'sg_prevent' eval 'sg_prevent "$SERVED_SG" && sg_prevent --allow "$SERVED_SG"'
check 'sg_rbuf reads the drive'"'"'s buffer' says 'buffer capacity=4096' sg_rbuf --size=1 "$SERVED_SG"
check 'sg_read_attr' says 'Medium manufacturer: CAPSTAN' sg_read_attr "$SERVED_SG"

# READ of more than there is, and of a filemark: what is told about the residual.
mt -f "$N" rewind
head -c 1000 /dev/urandom >"$RIG_TMP/short"
check 'a short block written' dd if="$RIG_TMP/short" of="$N" bs=1000 count=1
mt -f "$N" rewind
check 'READ of 4096, SILI: 1000 bytes came' says 'returned 1000 bytes' bash -c "sg_raw -o $RIG_TMP/got -r 4096 $SERVED_SG 08 02 00 10 00 00 2>&1 | tee /dev/stderr | sed 's/Writing \([0-9]*\) bytes.*/returned \1 bytes/'"
same 'they are those' "$RIG_TMP/short" "$RIG_TMP/got"

# What the kernel tells of READ that ended early: status, resid, sense key byte, INFORMATION.
cat >"$RIG_TMP/read.py" <<'PYTHON'
import ctypes, fcntl, sys
class Header(ctypes.Structure):
    _fields_ = [("id", ctypes.c_int), ("direction", ctypes.c_int), ("cmd_len", ctypes.c_ubyte), ("max_sense", ctypes.c_ubyte),
        ("iovecs", ctypes.c_ushort), ("length", ctypes.c_uint), ("data", ctypes.c_void_p), ("cdb", ctypes.c_void_p),
        ("sense", ctypes.c_void_p), ("timeout", ctypes.c_uint), ("flags", ctypes.c_uint), ("pack", ctypes.c_int), ("user", ctypes.c_void_p),
        ("status", ctypes.c_ubyte), ("masked", ctypes.c_ubyte), ("message", ctypes.c_ubyte), ("sense_len", ctypes.c_ubyte),
        ("host", ctypes.c_ushort), ("driver", ctypes.c_ushort), ("resid", ctypes.c_int), ("duration", ctypes.c_uint), ("info", ctypes.c_uint)]
length = int(sys.argv[2])
cdb = (ctypes.c_ubyte * 6)(8, int(sys.argv[3]), length >> 16, length >> 8 & 255, length & 255, 0)
data = (ctypes.c_ubyte * length)(); sense = (ctypes.c_ubyte * 64)()
header = Header(ord("S"), -3, 6, 64, 0, length, ctypes.addressof(data), ctypes.addressof(cdb), ctypes.addressof(sense), 20000)
with open(sys.argv[1], "rb+", buffering=0) as drive:
    fcntl.ioctl(drive, 0x2285, header)
print(header.status, header.resid, "%02x" % sense[2], int.from_bytes(bytes(sense[3:7]), "big"))
PYTHON
if command -v python3 >/dev/null; then
    reads() { local got; got=$(python3 "$RIG_TMP/read.py" "$SERVED_SG" "$2" "$3"); echo "$got"; [ "$got" = "$1" ]; }
    mt -f "$N" rewind
    check 'residual: short block, SILI' reads '0 3096 00 0' 4096 2
    mt -f "$N" rewind
    check 'residual: short block, ILI' reads '2 3096 20 3096' 4096 0
    # The kernel takes a read length of 0 for "not given": docs/vtl.md.
    check 'residual: filemark' reads '2 0 80 4096' 4096 0
    check 'residual: end of data' reads '2 0 08 4096' 4096 0
else
    skip 'residuals' 'there is no python3'
fi

# tar over three small cartridges, one behind the other.
mkdir "$RIG_TMP/data" && for i in 1 2 3 4 5 6; do head -c 12M /dev/urandom >"$RIG_TMP/data/file$i"; done
printf '#!/bin/sh\nmt -f %s offline\nfor i in 1 2 3 4 5 6 7 8 9; do mt -f %s status | grep -q ONLINE && exit 0; sleep 0.2; done; exit 1\n' "$N" "$N" >"$RIG_TMP/next"
chmod +x "$RIG_TMP/next"
mt -f "$N" rewind
check 'tar over several cartridges' tar -c -M -b 128 -F "$RIG_TMP/next" -f "$N" -C "$RIG_TMP" data
check 'the last one out' mt -f "$N" offline
check 'stops' stop_served
check 'all three were needed' eval '[ "$(capstan library list --output-format json | grep -o "\"used_bytes\":[1-9][0-9]\{6,\}" | wc -l)" = 3 ]'
check 'from the first one on' serve_drive t --stacker --cartridge CAP001L9
N=$SERVED_NST
mkdir "$RIG_TMP/out"
mt -f "$N" rewind
check 'tar reads them back' tar -x -M -b 128 -F "$RIG_TMP/next" -f "$N" -C "$RIG_TMP/out"
check 'tar: the same' diff -r "$RIG_TMP/data" "$RIG_TMP/out/data"
rm -rf "$RIG_TMP/out"
check 'stops again' stop_served

check 'a large library' capstan library create big --cartridges 1 --capacity 500M
check 'drive appears again' serve_drive big
check 'capstan drive status' capstan drive status --device "$SERVED_SG"
check 'capstan backup' capstan backup "$RIG_TMP/data" --device "$SERVED_SG" --label KERNEL
check 'capstan verify' capstan verify latest --device "$SERVED_SG"
check 'capstan restore' capstan restore latest --to "$RIG_TMP/restored" --device "$SERVED_SG"
compare_restored() { diff -r "$RIG_TMP/data" "$(find "$RIG_TMP/restored" -type d -name data)"; }
check 'capstan: every byte' compare_restored
check 'stops at last' stop_served
check 'the embedded driver reads what came through the kernel' capstan verify latest --device virtual:big
