# The kernel's own tape driver reads what Capstan wrote, and Capstan keeps its hands off what others wrote.
# timeout: 240
check 'the tape drive of tgt appears' start_tgt_tape 100
export CAPSTAN_DRIVE=$SG
cd "$RIG_TMP" || return
mkdir tree
head -c 5000000 /dev/urandom >tree/random
seq 100000 >tree/text
ln tree/text tree/hard
untape=$RIG_TMP/untape.py
sed -n '/^```python$/,/^```$/p' "$RIG_ROOT/docs/formats/tape.md" | sed '1d; /^```$/,$d' >"$untape"

# "File number=F, block number=B" of the kernel's driver.
stands_at() {
    local said
    said=$(mt -f "$NST" status) || return 1
    printf '%s\n' "$said" | grep 'File number'
    printf '%s\n' "$said" | grep -q "File number=$1, block number=$2,"
}

check 'backup' capstan backup tree --label interleave
check 'rewind with mt' mt -f "$NST" rewind
check 'at the beginning' stands_at 0 0
check 'dd reads the label as one block' dd if="$NST" of=label bs=256k count=1
check 'a block of 256 KiB' [ "$(stat -c %s label)" -eq 262144 ]
check 'it says whose it is' grep -q interleave label
check 'behind one block' stands_at 0 1
check 'dd meets the filemark' dd if="$NST" of=rest bs=256k
check 'nothing was before it' [ ! -s rest ]
check 'in the next file' stands_at 1 0
check 'dd reads the archive as raw blocks' dd if="$NST" of=archive bs=256k
log "archive: $(stat -c %s archive) bytes"
check 'whole blocks' [ $(($(stat -c %s archive) % 262144)) -eq 0 ]
check 'behind the archive' stands_at 2 0
check 'dd reads the manifest' dd if="$NST" of=manifest bs=256k
check 'behind the manifest' stands_at 3 0
# What is behind it the kernel cannot tell here: tgt answers READ at end of data with BLANK CHECK, EOM and residual 0, and st
# hands out a block that is not there.
check 'mt spaces files' mt -f "$NST" rewind
check 'mt fsf 2' mt -f "$NST" fsf 2
check 'at the manifest' stands_at 2 0
check 'dd reads one block there' dd if="$NST" of=manifest1 bs=256k count=1
same 'the same block' manifest1 <(head -c 262144 manifest)
mkdir out-script out-pipe
check 'the published script and tar restore it' bash -c "set -o pipefail; python3 '$untape' <archive | tar -C out-script -xpf -"
same_tree 'byte by byte' tree out-script/tree
mt -f "$NST" rewind && mt -f "$NST" fsf 1
check 'straight from the tape' bash -c "set -o pipefail; dd if=$NST bs=256k | python3 '$untape' | tar -C out-pipe -xpf -"
same_tree 'byte by byte, too' tree out-pipe/tree

log 'mt moved the tape; capstan goes on'
mt -f "$NST" rewind && mt -f "$NST" fsf 2
check 'verify' capstan verify latest
mt -f "$NST" rewind
check 'append after mt' capstan backup tree
check 'restore' capstan restore latest --to out-capstan
same_tree 'what was appended is right' tree out-capstan/tree

log 'tapes of others'
foreign() {
    local what=$1 blocks=$2
    mt -f "$NST" rewind && dd if="$NST" of=before bs="$blocks" 2>/dev/null
    check_status "$what: backup refuses with 4" 4 capstan backup tree
    check "$what: it is named as foreign" grep -q 'not labelled by Capstan' "$checked"
    check_status "$what: catalog rebuild refuses with 4" 4 capstan catalog rebuild
    check_status "$what: restore refuses with 4" 4 capstan restore latest --to out-never
    mt -f "$NST" rewind && dd if="$NST" of=after bs="$blocks" 2>/dev/null
    check "$what: there is something to compare" [ -s before ]
    same "$what: unharmed" before after
}
mt -f "$NST" rewind
check 'tar -b 512 writes' tar -b 512 -cf "$NST" tree
foreign 'tar -b 512' 256k
mt -f "$NST" rewind
check 'and tar -b 512 still reads it' tar -b 512 -df "$NST"
mt -f "$NST" rewind
check 'tar with its usual blocks writes' tar -cf "$NST" tree
foreign 'tar' 10k
mt -f "$NST" rewind
check 'dd writes a long block' dd if=/dev/urandom of="$NST" bs=512k count=2
foreign 'dd bs=512k' 512k
mt -f "$NST" rewind
check 'dd writes short blocks' dd if=/dev/urandom of="$NST" bs=512 count=9
foreign 'dd bs=512' 512
