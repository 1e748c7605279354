# Partitions of a served drive as the kernel's st and sg_raw see them, and our own verbs on the same drive.
# timeout: 120
. tests/rig/served.sh
load_scsi; load_tcmu
check 'library made' capstan library create t --cartridges 2 --capacity 2G
check 'drive appears' serve_drive t
N=$SERVED_NST
S=$SERVED_SG
tape() { mt -f "$N" "$@"; }
refused() { local out status; out=$("$@" 2>&1); status=$?; printf '%s\n' "$out"; [ "$status" -ne 0 ]; }
st_partition() { tape status | sed -n 's/^File number=.*, partition=\([0-9]*\)\.$/\1/p'; }
st_block() { tape tell | sed -n 's/^At block \([0-9]*\)\.$/\1/p'; }
our_position() { capstan --quiet drive tell --device "$S" --output-format json | sed -n 's/.*"position":{"partition":\([0-9]*\),"object_id":\([0-9]*\),.*/\1 \2/p'; }
# stands PARTITION BLOCK: st, the drive through st, and the drive through sg agree.
stands() {
    local st block ours
    st=$(st_partition); block=$(st_block); ours=$(our_position)
    printf 'st: partition %s, block %s; capstan: %s; wanted %s %s\n' "$st" "$block" "$ours" "$1" "$2"
    [ "$st" = "$1" ] && [ "$block" = "$2" ] && [ "$ours" = "$1 $2" ]
}
partitions() { sg_modes -p 0x11 "$S" 2>/dev/null; }
blocks() { dd if=/dev/urandom bs=1024 count="$1" 2>/dev/null | dd of="$N" bs=1024 2>/dev/null; }

tape rewind
check 'st may use partitions' tape stsetoptions can-partitions
check 'mkpartition: 500 MB in the second one' tape mkpartition 500
partitions
check 'position: beginning of partition 0' stands 0 0
check 'blocks in partition 0' blocks 3
check 'position behind them' stands 0 4
check 'setpartition 1' tape setpartition 1
check 'blocks in partition 1' blocks 5
check 'position in partition 1' stands 1 6
check 'partseek 2 in partition 0' tape partseek 0 2
check 'position: block 2 of partition 0' stands 0 2
check 'partseek 4 in partition 1' tape partseek 1 4
check 'position: block 4 of partition 1' stands 1 4
check 'partseek with a partition alone: its beginning' eval 'tape partseek 1 && stands 1 0'
check 'rewind stays in the partition' eval 'tape rewind && stands 1 0'
check 'a partition that is not there is refused' refused tape partseek 3 0
tape setpartition 0; tape rewind
check 'the blocks of partition 0 are there' eval 'test "$(dd if="$N" bs=64k count=3 2>/dev/null | wc -c)" = 3072'
# Our verbs.
check 'seek to partition 1' capstan drive seek 3 --partition 1 --device "$S"
check 'tell: partition 1' eval 'test "$(our_position)" = "1 3"'
check 'capstan mt setpartition 0' capstan mt -f "$S" setpartition 0
check 'tell: partition 0' eval 'test "$(our_position)" = "0 0"'
check 'format refuses without yes' eval '! capstan drive format --device "$S"'
check 'format: three partitions' capstan drive format --yes --partitions 3 --sizes rest,300MB,200MB --device "$S"
check 'sg_raw: page 11h has three' eval 'sg_raw -r 64 "$S" 5a 08 11 00 00 00 00 00 40 00 2>&1 | grep -q "11 0e 03 02"'
check 'sg_raw: FORMAT MEDIUM away from the beginning is refused (3B/0C)' eval 'capstan drive weof 1 --device "$S" && ! sg_raw "$S" 04 00 00 00 00 00 2>&1 | tee /dev/stderr | grep -q "SCSI Status: Good"'
check 'sg_raw: at the beginning it is done' eval 'capstan drive rewind --device "$S" && sg_raw "$S" 04 00 00 00 00 00 2>&1 | grep -q "SCSI Status: Good"'
check 'one partition again' eval 'sg_raw -r 64 "$S" 5a 08 11 00 00 00 00 00 40 00 2>&1 | grep -q "11 0e 03 00"'
check 'mkpartition 0: one partition, by st' eval 'tape rewind; tape mkpartition 0'
check 'erase by st' eval 'blocks 2 && tape rewind && tape erase 0 && stands 0 0'
check 'a backup and its restore' eval 'capstan backup docs --device "$S" && capstan restore latest --to "$RIG_TMP/back" --device "$S" && diff -r docs "$RIG_TMP/back/docs"'
check 'a long erase is watched to its end' capstan drive erase --long --yes --device "$S"
check 'nothing is listed any more' eval '! capstan --quiet list | grep -q complete'
check 'the server ends' stop_served

# tgt's drive has next to nothing of this, and says so: status 6.
check 'the tape drive of tgt appears' start_tgt_tape 20
check_status 'tgt: erase' 6 capstan drive erase --yes --device "$SG"
check_status 'tgt: long erase' 6 capstan drive erase --long --yes --device "$SG"
check_status 'tgt: format' 6 capstan drive format --yes --device "$SG"
check_status 'tgt: format into partitions' 6 capstan drive format --yes --partitions 2 --device "$SG"
check_status 'tgt: seek to another partition' 6 capstan drive seek 0 --partition 1 --device "$SG"
check 'tgt ends' stop_tgt
