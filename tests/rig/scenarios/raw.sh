# timeout: 120
# Raw tape files on the drive of tgt: Capstan reads what tar and dd wrote through the kernel's st driver, and they read what Capstan wrote.
check 'the tape drive of tgt appears' start_tgt_tape 200
export CAPSTAN_DRIVE=$SG
data=$RIG_TMP/data
mkdir -p "$data/tree/sub" "$RIG_TMP/out"
head -c 3000000 /dev/urandom >"$data/tree/large"
head -c 700 /dev/urandom >"$data/tree/sub/small"
head -c 1000001 /dev/urandom >"$data/odd"
head -c 1048576 /dev/urandom >"$data/even"
# st on tgt's drive loses the end of a last block that is longer than half of what was asked for: tgt sends as many bytes as it should
# report as missing (usr/bs_ssc.c, resp_var_read). What st reads back here has no such block.
head -c 1024000 /dev/urandom >"$data/tens"

mt -f "$NST" rewind
check 'tar writes through st' tar --format=posix -b 512 -cf "$NST" -C "$data" tree
check 'dd writes 64 KiB blocks, the last one short' dd if="$data/odd" of="$NST" bs=65536 status=none
check 'dd writes 512-byte blocks' dd if="$data/even" of="$NST" bs=512 status=none
check 'dd writes 1 MiB blocks' dd if="$data/even" of="$NST" bs=1048576 status=none
check 'dd writes 10,240-byte blocks' dd if="$data/odd" of="$NST" bs=10240 status=none

check 'capstan reads all files' capstan drive read "$RIG_TMP/out" --at start --all
cp "$checked" "$RIG_TMP/said"
check 'it names the block lengths' grep -q 'file 2: 1000001 bytes in 16 blocks of 16961 to 65536 bytes' "$RIG_TMP/said"
check 'it read a longer block whole' grep -q 'file 4: 1048576 bytes in 1 block of 1048576 bytes' "$RIG_TMP/said"
mkdir -p "$RIG_TMP/untar"
check 'the archive unpacks' tar -xf "$RIG_TMP/out/0001" -C "$RIG_TMP/untar"
same_tree 'the archive is what tar wrote' "$data/tree" "$RIG_TMP/untar/tree"
same 'blocks of 64 KiB' "$data/odd" "$RIG_TMP/out/0002"
same 'blocks of 512 bytes' "$data/even" "$RIG_TMP/out/0003"
same 'a block of 1 MiB' "$data/even" "$RIG_TMP/out/0004"
same 'blocks of 10,240 bytes' "$data/odd" "$RIG_TMP/out/0005"
from_tape() { capstan drive read --at start --skip 1 2>/dev/null | cmp - "$data/odd"; }
check 'one file to standard output' from_tape

check_status 'no writing where the tape stands on a drive that does not tell where that is' 6 capstan drive write "$data/odd"
check 'capstan writes at the beginning' capstan drive write "$data/tens" --at start --block-size 100K
piped() { tar --format=posix -b 512 -cf - -C "$data" tree | capstan drive write --at end; }
check 'capstan writes a piped archive behind it' piped
check 'capstan writes 1 MiB blocks' capstan drive write "$data/even" --at end --block-size 1M
mt -f "$NST" rewind
check 'dd reads the first' dd if="$NST" of="$RIG_TMP/first" bs=102400 status=none
same 'dd read what capstan wrote' "$data/tens" "$RIG_TMP/first"
rm -rf "$RIG_TMP/untar" && mkdir "$RIG_TMP/untar"
check 'tar reads the second' tar -b 512 -xf "$NST" -C "$RIG_TMP/untar"
same_tree 'tar read what was piped' "$data/tree" "$RIG_TMP/untar/tree"
mt -f "$NST" rewind && mt -f "$NST" fsf 2
check 'dd reads the third' dd if="$NST" of="$RIG_TMP/third" bs=1048576 status=none
same 'dd read 1 MiB blocks' "$data/even" "$RIG_TMP/third"
check 'it ends' stop_tgt
