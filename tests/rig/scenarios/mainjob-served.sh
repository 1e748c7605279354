# The whole main job on our own drive served by the kernel, and what the kernel's st then reads of it.
# timeout: 150
. tests/rig/served.sh
load_scsi; load_tcmu
check 'library made' capstan library create t --cartridges 1 --capacity 64M
check 'drive appears' serve_drive t || return
export CAPSTAN_DRIVE=$SERVED_SG
cd "$RIG_TMP" || return

mkdir -p tree/empty tree/deep second third full
head -c 9000001 /dev/urandom >tree/big
seq 20000 >tree/deep/text
: >tree/nothing
printf 'x' >$'tree/name with \xff and \n in it'
ln tree/big tree/deep/hard
ln -s ../big tree/deep/symbolic
chmod 4751 tree/deep/text
chown 1234:5678 tree/nothing
touch -d '1999-12-31 23:59:59.987654321' tree/deep tree/nothing
head -c 3000000 /dev/urandom >second/file
head -c 80M /dev/zero >full/file
printf 'small\n' >third/file
id_of() { capstan list --output-format json 2>/dev/null | python3 -c 'import json, sys; print(json.load(sys.stdin)["backups"][int(sys.argv[1])]["id"])' "$1"; }

check 'backup' capstan backup tree --label served
first=$(id_of 0)

# positions NAME FILE BLOCK OBJECT: what st counts, what it is told by the drive, and what Capstan is told.
positions() { check "$1" positions_are "$2" "$3" "$4"; }
positions_are() {
    local st tell own
    st=$(mt -f "$SERVED_NST" status | sed -n 's/^File number=\(-*[0-9]*\), block number=\(-*[0-9]*\),.*/\1 \2/p')
    tell=$(mt -f "$SERVED_NST" tell | sed -n 's/^At block \([0-9]*\)\.$/\1/p')
    own=$(capstan drive position --output-format json 2>/dev/null)
    printf 'st: %s, drive: %s, capstan: %s; wanted %s %s, %s\n' "$st" "$tell" "$own" "$1" "$2" "$3"
    [ "$st" = "$1 $2" ] && [ "$tell" = "$3" ] && grep -q "\"object_id\":$3[,}]" <<<"$own"
}
mt -f "$SERVED_NST" rewind
positions 'at the beginning' 0 0 0
check 'dd reads the label as one block' dd if="$SERVED_NST" of=label bs=256k count=1
check 'a block of 256 KiB' [ "$(stat -c %s label)" -eq 262144 ]
check 'it says whose it is' grep -q served label
positions 'behind the label' 0 1 1
check 'mt fsf' mt -f "$SERVED_NST" fsf 1
positions 'at the archive' 1 0 2
check 'dd reads the archive' dd if="$SERVED_NST" of=archive bs=256k
blocks=$(($(stat -c %s archive) / 262144))
check 'whole blocks' [ "$(stat -c %s archive)" -eq $((blocks * 262144)) ]
positions 'behind the archive' 2 0 $((blocks + 3))
mkdir out-tar
sed -n '/^```python$/,/^```$/p' "$RIG_ROOT/docs/formats/tape.md" | sed '1d; /^```$/,$d' >untape.py
check 'the published script and tar restore it' bash -c "set -o pipefail; python3 untape.py <archive | tar -C out-tar -xpf -"
same_tree 'byte by byte' tree out-tar/tree
check 'mt eod' mt -f "$SERVED_NST" eod
end=$(mt -f "$SERVED_NST" tell | sed -n 's/^At block \([0-9]*\)\.$/\1/p')

check 'append' capstan backup second
check 'mt seek to where it began' mt -f "$SERVED_NST" seek "$end"
check 'dd reads a block there' dd if="$SERVED_NST" of=appended bs=256k count=1
check 'a block of 256 KiB, too' [ "$(stat -c %s appended)" -eq 262144 ]
check 'verify' capstan verify latest
check 'the first one restores behind an append' capstan restore "$first" --to out1
same_tree 'and is what was saved' tree out1/tree
check 'the second one' capstan restore latest --to out2
same_tree 'and it is right' second out2/second

check_status 'a tape that gets full ends with 5' 5 capstan backup third full
check 'what fitted is restored' capstan restore latest --to out3 third
same_tree 'and is right, too' third out3/third
check_status 'a full tape takes no more: 5' 5 capstan backup second
check 'the first one is intact' capstan verify "$first"
check 'the catalog is lost' mv capstan/catalog.db catalog-before.db
check_status 'and nothing is known' 8 capstan restore "$first" --to out-never
check 'the catalog is made anew' capstan catalog rebuild
check 'and the first one restores' capstan restore "$first" --to out4
same_tree 'byte by byte, too' tree out4/tree
check 'eject' capstan drive eject
check 'mt says that it is out' eval 'mt -f "$SERVED_NST" status 2>&1 | grep -q DR_OPEN'
check 'mt loads it' mt -f "$SERVED_NST" load
check 'capstan goes on' capstan verify "$first"
check_status 'a labelled tape is not overwritten by a measurement' 4 capstan drive probe --write --yes --size 8M
check 'mt makes it a blank one' eval 'mt -f "$SERVED_NST" rewind && mt -f "$SERVED_NST" weof 1'
check 'the path is measured' capstan drive probe --write --yes --size 8M --output-format json
check 'what tcm_loop carries is found: 1 MiB' grep -q '"largest_transfer_bytes":1048576[,}]' "$checked"
check 'stops' stop_served
