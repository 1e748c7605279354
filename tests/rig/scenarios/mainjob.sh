# The whole main job on a drive that others wrote, through the kernel's /dev/sgN.
# timeout: 240
check 'the tape drive of tgt appears' start_tgt_tape 64
export CAPSTAN_DRIVE=$SG
cd "$RIG_TMP" || return

make_trees() {
    mkdir -p tree/empty tree/deep/er second third full
    head -c 9000001 /dev/urandom >tree/big
    head -c 262144 /dev/urandom >tree/deep/one-block
    local n
    for n in $(seq 60); do printf '%s\n' "$n" >"tree/deep/er/file $n"; done
    : >tree/nothing
    printf 'x' >$'tree/name with \xff and \n in it'
    ln tree/big tree/deep/hard
    ln -s ../big tree/deep/symbolic
    mkfifo tree/fifo
    chmod 4751 tree/deep/one-block
    chown 1234:5678 tree/nothing
    touch -d '1999-12-31 23:59:59.987654321' tree/deep tree/nothing
    head -c 3000000 /dev/urandom >second/file
    head -c 80M /dev/urandom >full/file
    printf 'small\n' >third/file
}
make_trees

id_of() { capstan list --output-format json 2>/dev/null | python3 -c 'import json, sys; print(json.load(sys.stdin)["backups"][int(sys.argv[1])]["id"])' "$1"; }

check 'drive status' capstan drive status
check_status 'verify without a backup ends with 8' 8 capstan verify latest
check 'backup' capstan backup tree --label rig
check 'list' capstan list
check 'the backup is in the list' grep -q 'complete.*rig.*tree' "$checked"
check 'show' capstan show latest
check 'verify' capstan verify latest
check 'restore' capstan restore latest --to out1
same_tree 'what was restored is what was saved' tree out1/tree
check 'append' capstan backup second
check 'the first backup is restored behind an append' capstan restore "$(id_of 0)" --to out2
same_tree 'and is still what was saved' tree out2/tree
check 'the second one too' capstan restore "$(id_of 1)" --to out3
same_tree 'and it is right' second out3/second
check 'one file out of a backup' capstan restore "$(id_of 0)" --to out4 tree/deep/one-block
same 'and it is right too' tree/deep/one-block out4/tree/deep/one-block

check_status 'a tape that gets full ends with 5' 5 capstan backup third full
check 'the list says incomplete' capstan list
check 'and it does' grep -q 'incomplete.*full' "$checked"
check 'what fitted is restored' capstan restore latest --to out5 third
same_tree 'and is right' third out5/third
check_status 'a full tape takes no more: 5' 5 capstan backup second
check 'the older ones are intact' capstan verify "$(id_of 0)"

mv capstan capstan-before
check 'a lost catalog is made anew' capstan catalog rebuild
check 'and knows the backups' capstan list
check 'three of them' [ "$(grep -c rig "$checked")" -eq 3 ]
check 'restore with the new catalog' capstan restore "$(id_of 0)" --to out6
same_tree 'is byte-exact' tree out6/tree

check 'drive rewind' capstan drive rewind
check 'drive position' capstan drive position
check 'drive eject' capstan drive eject
check 'drive load' capstan drive load
check_status 'the kernel tape node is refused with 6' 6 capstan drive status --device "$NST"
check 'and the right one is named' grep -qF "$SG" "$checked"
check_status 'a node that is no tape drive ends with 6' 6 capstan drive status --device /dev/sg0
check_status 'a node that is not there ends with 6' 6 capstan drive status --device /dev/sg77
