# Every verb of mt on one of three drives of a served library, with the positions that the kernel's st and the drive say.
# timeout: 120
. tests/rig/served.sh
load_scsi; load_tcmu
changer=generic check 'library made' make_library t 3 6 1 4 --capacity 200M
check 'library appears' serve_library t
check 'three tapes loaded' eval 'mtx -f "$CHANGER_SG" load 1 0 && mtx -f "$CHANGER_SG" load 2 1 && mtx -f "$CHANGER_SG" load 3 2'
head -c 5M /dev/urandom >"$RIG_TMP/data"
neighbours() { local n; for n in "${DRIVE_NST[0]}" "${DRIVE_NST[2]}"; do "$@" "$n" || return 1; done; }
write_neighbour() { mt -f "$1" rewind; mt -f "$1" rewind && mt -f "$1" setblk 512 && dd if="$RIG_TMP/data" of="$1" bs=64k; }
check 'the drives beside it are written' neighbours write_neighbour
N=${DRIVE_NST[1]} SERVED_ST=${DRIVE_ST[1]} SERVED_SG=${DRIVE_SG[1]}
# The first command is told of the tape that came.
mt -f "$N" rewind
tape() { mt -f "$N" "$@"; }
st_position() { tape status | sed -n 's/^File number=\(-*[0-9]*\), block number=\(-*[0-9]*\),.*/\1 \2/p'; }
drive_position() { tape tell | sed -n 's/^At block \([0-9]*\)\.$/\1/p'; }
# stands NAME FILE BLOCK OBJECT: what st counts and what the drive answers; '-' is not looked at.
stands() { check "$1" stands_at "$2" "$3" "$4"; }
stands_at() {
    local st drive
    st=$(st_position); drive=$(drive_position)
    printf 'st: %s, drive: %s; wanted %s %s, %s\n' "$st" "$drive" "$1" "$2" "$3"
    [ "$drive" = "$3" ] && { [ "$1" = - ] || [ "$st" = "$1 $2" ]; }
}
refused() { local out status; out=$("$@" 2>&1); status=$?; printf '%s\n' "$out"; [ "$status" -ne 0 ]; }
blocks() { dd if=/dev/urandom bs=1024 count="$1" 2>/dev/null | dd of="$N" bs=1024 2>/dev/null; }

check 'status' tape status
check 'rewind' tape rewind
stands 'rewind: position' 0 0 0
# Objects 0-4, filemark 5; 6-9, filemark 10; 11-13, filemark 14. The st writes the filemark when the node is closed.
check 'three files written' eval 'blocks 5 && blocks 4 && blocks 3'
stands 'written: position' 3 0 15
tape rewind
check 'fsf' tape fsf 1;         stands 'fsf: position' 1 0 6
check 'fsr' tape fsr 2;         stands 'fsr: position' 1 2 8
check 'bsr' tape bsr 1;         stands 'bsr: position' 1 1 7
check 'bsf' tape bsf 1;         stands 'bsf: position' 0 -1 5
check 'fsf over the filemark' tape fsf 1; stands 'fsf over the filemark: position' 1 0 6
check 'fsfm' tape fsfm 1;       stands 'fsfm: position' 1 -1 10
check 'bsfm' tape bsfm 1;       stands 'bsfm: position' 1 0 6
check 'eod' tape eod;           stands 'eod: position' 3 -1 15
check 'seod' tape seod;         stands 'seod: position' 3 -1 15
check 'asf' tape asf 2;         stands 'asf: position' 2 0 11
check 'seek' tape seek 7;       stands 'seek: position' - - 7
tape rewind
check 'fsr into a filemark is refused' refused tape fsr 9; stands 'fsr into a filemark: position' 1 0 6
check 'bsr into a filemark is refused' refused tape bsr 2; stands 'bsr into a filemark: position' 0 -1 5
check 'fsf beyond end of data is refused' refused tape fsf 9; stands 'fsf beyond end of data: position' - - 15
check 'bsf beyond the beginning is refused' refused tape bsf 9; stands 'bsf beyond the beginning: position' 0 0 0
check 'seek beyond end of data is refused' refused tape seek 99
check 'bsfm beyond the beginning is refused' refused eval 'tape rewind; tape bsfm 9'
check 'fss: setmarks are none of LTO' refused tape fss 1
check 'bss: setmarks are none of LTO' refused tape bss 1
check 'wset: setmarks are none of LTO' refused tape wset 1
check 'rewind again' tape rewind
check 'asf 3' tape asf 3
check 'weof' tape weof 2;       stands 'weof: position' 5 0 17
check 'eof' tape eof 1;         stands 'eof: position' 6 0 18
check 'weof over data cuts' eval 'tape rewind; tape fsf 1; tape weof 1; tape eod'; stands 'weof over data: position' - - 7

block_length() { tape status | sed -n 's/^Tape block size \([0-9]*\) bytes.*/\1/p'; }
length_is() { local got; got=$(block_length); echo "$got"; [ "$got" = "$1" ]; }
check 'setblk 1024' tape setblk 1024
check 'setblk 1024: status' length_is 1024
tape rewind
check 'fixed blocks written' dd if=/dev/zero of="$N" bs=8192 count=4
stands 'fixed blocks: position' 1 0 33
tape rewind
check 'fixed blocks read' eval 'test "$(dd if="$N" bs=4096 2>/dev/null | wc -c)" = 32768'
check 'fixed: a write that is no multiple is refused' refused dd if=/dev/zero of="$N" bs=1000 count=1
check 'setblk 0' tape setblk 0
check 'setblk 0: status' length_is 0
tape rewind
check 'a block too large for the buffer is refused (ENOMEM)' refused dd if="$N" bs=512 count=1
tape rewind
check 'a shorter block is read as it is' eval 'test "$(dd if="$N" bs=64k count=1 2>/dev/null | wc -c)" = 1024'
check 'setblk beyond 8 MiB is refused' refused tape setblk 9000000
check 'setdensity of the tape' tape setdensity 0x60
check 'setdensity of another generation is refused' refused tape setdensity 0x5e
check 'densities' tape densities
check 'drvbuffer 0' tape drvbuffer 0
check 'unbuffered write' eval 'tape rewind; dd if=/dev/zero of="$N" bs=4096 count=3'
check 'drvbuffer 1' tape drvbuffer 1
check 'compression 0' tape compression 0
check 'compression 1' tape compression 1
check 'stshowopt' tape stshowopt
check 'stoptions' tape stoptions 1
check 'stsetoptions' tape stsetoptions buffer-writes scsi2logical
check 'tell as logical block' eval 'tape rewind; tape fsr 2'; stands 'tell as logical block: position' 0 2 2
check 'seek to a logical block' tape seek 1; stands 'seek to a logical block: position' - - 1
check 'stclearoptions' tape stclearoptions scsi2logical
for verb in 'stwrthreshold 64' 'defblksize 0' 'defdensity 0x60' 'defdrvbuffer 1' 'defcompression 1' 'stsetcln 18' 'sttimeout 900' 'stlongtimeout 14000'; do
    # shellcheck disable=SC2086 # a verb and its argument
    check "$verb" tape $verb
done
check 'partitions are refused: this drive has one' refused tape setpartition 1
check 'mkpartition is refused' refused tape mkpartition 100
check 'partseek is refused' refused tape partseek 1 0
check 'lock' tape lock
check 'locked: unload is refused' eval '! sg_start --eject "$SERVED_SG"'
check 'unlock' tape unlock
check 'retension' tape retension; stands 'retension: position' 0 0 0
check 'erase' eval 'tape rewind; tape erase 0'; check 'erased: end of data is here' eval 'tape rewind; tape eod'; stands 'erased: position' - - 0
check 'offline' tape offline
check 'offline: status says no tape' eval 'tape status 2>&1 | grep -q DR_OPEN'
check 'load' tape load
check 'loaded' eval 'tape status | grep -q ONLINE'
stands 'loaded: position' 0 0 0
check 'rewoffl' tape rewoffl
check 'load again' tape load
check 'eject' tape eject
check 'load once more' tape load
check 'unload through the rewinding node, and status' eval 'mt -f "$SERVED_ST" load; mt -f "$SERVED_ST" status'
# Each drive has its own modes, position and tape.
is_neighbour() { mt -f "$1" tell | grep -q 'At block 10241[.]' && mt -f "$1" rewind && cmp "$RIG_TMP/data" <(dd if="$1" bs=64k 2>/dev/null); }
check 'the drives beside it are as they were' neighbours is_neighbour
check 'stops' stop_served
