# Capstan beside the kernel's own tape driver, in one boot: the same drive, the same data, in turns. Nothing here fails on time:
# each comparison becomes a line in the file rates, and ./bench --kernel judges those.
# test: no
# pinned: yes
# timeout: 2700
# memory: 7168M
# tmp: 6G
. tests/rig/served.sh
rounds=${RIG_ROUNDS:-3} mib=${RIG_MIB:-1024}
data=$RIG_TMP/data
quarter=$RIG_TMP/quarter
tree=$RIG_TMP/tree
load_scsi
load_tcmu
# Memory that nobody has used yet is a page fault of the machine for each page: whoever comes first would pay four seconds for a gibibyte.
head -c 5500M /dev/zero >"$RIG_TMP/used" && rm "$RIG_TMP/used"

# What the guest's processor did so far, in microseconds: user, nice, system, irq, softirq (proc(5)).
busy() { awk -v hz="$(getconf CLK_TCK)" '/^cpu / { printf "%d", ($2 + $3 + $4 + $7 + $8) * 1000000 / hz }' /proc/stat; }

# Runs a command: time into $wall, processor time into $cpu, that of everybody in the guest into $all, in microseconds. A good part of the work on
# a command is done by the kernel's threads and by the target, and whom a tick of the clock meets there is chance. The time is what the program itself tells of its
# transfer, where it does (dd, capstan drive): starting a program is slow in this guest, and says nothing about the drive.
timed() {
    local start TIMEFORMAT='%U %S'
    all=$(busy)
    start=${EPOCHREALTIME/./}
    { time "$@" >"$RIG_TMP/timed" 2>&1; } 2>"$RIG_TMP/cpu"
    local status=$?
    wall=$((${EPOCHREALTIME/./} - start)) all=$(($(busy) - all))
    wall=$(awk -v wall="$wall" '
        match($0, /copied, [0-9.]+ s/) { wall = substr($0, RSTART + 8) * 1000000 }
        match($0, /"seconds": *[0-9.e-]+/) { told = substr($0, RSTART, RLENGTH); sub(/.*: */, "", told); wall = told * 1000000 }
        END { printf "%d", wall }' "$RIG_TMP/timed")
    cpu=$(awk '{ printf "%d", ($1 + $2) * 1000000 }' "$RIG_TMP/cpu")
    [ "$status" -eq 0 ] || { cat "$RIG_TMP/timed"; record "FAIL $RIG_SCENARIO: $* (status $status)"; }
}

# Processor time is counted in ticks of 10 ms: the mean says more than one value in the middle.
mean() { printf '%s\n' "$@" | awk '{ sum += $1 } END { printf "%d", sum / NR }'; }
median() { printf '%s\n' "$@" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# compare WHAT WANTED WANTED_CPU PREPARE OURS PREPARE THEIRS: functions; a line WHAT|ours us|theirs us|wanted|ours cpu us|theirs cpu us|wanted.
compare() {
    local ours=() theirs=() ours_cpu=() theirs_cpu=() ours_all=() theirs_all=() i
    for ((i = 0; i < rounds; i++)); do
        "$4"
        timed "$5"
        ours+=("$wall") ours_cpu+=("$cpu") ours_all+=("$all")
        "$6"
        timed "$7"
        theirs+=("$wall") theirs_cpu+=("$cpu") theirs_all+=("$all")
    done
    mean_ours_cpu=$(mean "${ours_cpu[@]}") mean_theirs_cpu=$(mean "${theirs_cpu[@]}")
    printf '%s|%s|%s|%s|%s|%s|%s\n' "$1" "$(median "${ours[@]}")" "$(median "${theirs[@]}")" "$2" \
        "$mean_ours_cpu" "$mean_theirs_cpu" "$3" | tee -a "$RIG_OUT/rates"
    [ "$3" = - ] || printf 'guest|%s|%s|1\n' "$(mean "${ours_all[@]}")" "$(mean "${theirs_all[@]}")" | tee -a "$RIG_OUT/rates"
    record "PASS $RIG_SCENARIO: $1"
}

# further PREPARE OURS PREPARE THEIRS: the processor time of a further GiB, without the program's start: the same with a quarter of the data,
# subtracted from the comparison before. A line further|ours us|theirs us|wanted.
further() {
    local ours_cpu=() theirs_cpu=() i whole=$data
    data=$quarter
    for ((i = 0; i < rounds; i++)); do
        "$1"
        timed "$2"
        ours_cpu+=("$cpu")
        "$3"
        timed "$4"
        theirs_cpu+=("$cpu")
    done
    data=$whole
    awk -v a="$mean_ours_cpu" -v b="$(mean "${ours_cpu[@]}")" -v c="$mean_theirs_cpu" -v d="$(mean "${theirs_cpu[@]}")" -v mib="$mib" \
        'BEGIN { scale = 1024 / (mib * 0.75); printf "further|%d|%d|1\n", (a - b) * scale, (c - d) * scale }' | tee -a "$RIG_OUT/rates"
}

rewind() { mt -f "$NST" rewind; }
our_write() { capstan drive write "$data" --at start --device "$SG" --quiet --output-format json; }
their_write() { dd if="$data" of="$NST" bs=256k; }
our_read() { capstan drive read /dev/null --at start --device "$SG" --quiet --output-format json; }
their_read() { dd if="$NST" of=/dev/null bs=256k; }
our_backup() { capstan backup "$tree" --device "$SG" --quiet; }
their_backup() { tar -b 512 -cf "$NST" -C "$RIG_TMP" tree; }
new_tape() {
    stop_tgt >/dev/null 2>&1
    rm -rf "$CAPSTAN_HOME"
    start_tgt_tape $((mib + 200)) >/dev/null 2>&1 && capstan backup "$RIG_TMP/tiny" --device "$SG" --quiet
}
# A foreign drive that nobody has used yet. tgt takes memory for each command anew until it has once had a longer one; then it is faster for
# everybody. So each comparison begins with a drive that was just started, whoever was there before.
fresh_drive() {
    stop_tgt >/dev/null 2>&1
    start_tgt_tape $((mib + 200)) >/dev/null 2>&1
}
# The same tape in a drive that was just started.
restart_drive() {
    iscsiadm -m node -T "$rig_iqn" --logout >/dev/null 2>&1
    pkill -KILL -x tgtd
    start_tgtd "$rig_tape" >/dev/null 2>&1 && login_tgt >/dev/null 2>&1
}
serve_null() { capstan library create "$1" --cartridges 1 >/dev/null && serve_drive "$1" --cartridge null; }

check 'foreign drive' start_tgt_tape $((mib + 200))
mkdir "$tree" "$RIG_TMP/tiny"
echo tiny >"$RIG_TMP/tiny/file"
check 'data' bash -c "head -c ${mib}M /dev/urandom >'$data' && ln '$data' '$tree/large' && head -c $((mib / 4))M '$data' >'$quarter'"

compare 'foreign drive: drive write, dd through st' 1.15 1 fresh_drive our_write fresh_drive their_write
further fresh_drive our_write fresh_drive their_write
fresh_drive
their_write 2>/dev/null
compare 'foreign drive: drive read, dd through st' 1.05 1 restart_drive our_read restart_drive their_read
short_tape() { fresh_drive && their_write 2>/dev/null; }
further short_tape our_read short_tape their_read
compare 'foreign drive: backup, tar through st' 1.1 - new_tape our_backup new_tape their_backup
stop_tgt

# The kernel's st on both sides: what the drives cost that answer it. Both cartridges are in memory.
serve_memory() { capstan library create "$1" --cartridges 1 --capacity $((mib + 200))M >/dev/null && serve_drive "$1"; }
rewind_served() { mt -f "$SERVED_NST" rewind; }
served_write() { dd if="$data" of="$SERVED_NST" bs=256k; }
served_read() { dd if="$SERVED_NST" of=/dev/null bs=256k; }
# Segments of 256 KiB instead of 8, and no waiting for leave to send: otherwise it is mostly the foreign target's way through TCP that is
# measured, not its drive.
tune_tgt() {
    local setting
    iscsiadm -m node -T "$rig_iqn" --logout || return 1
    for setting in MaxRecvDataSegmentLength=262144 MaxXmitDataSegmentLength=262144 FirstBurstLength=262144 MaxBurstLength=1048576 InitialR2T=No; do
        tgt --mode target --op update --tid 1 --name "${setting%=*}" --value "${setting#*=}" || return 1
    done
    login_tgt
}
check 'foreign drive and served drive' eval 'start_tgt_tape $((mib + 200)) && serve_memory d'
for kind in 'as it comes' 'with large segments'; do
    [ "$kind" = 'as it comes' ] || check "foreign drive $kind" tune_tgt
    rewind_served
    compare "dd write through st: served drive, foreign drive $kind" 5 - rewind_served served_write rewind their_write
    compare "dd read through st: served drive, foreign drive $kind" 3 - rewind_served served_read rewind their_read
done
read_back() { rewind_served && cmp "$data" <(dd if="$SERVED_NST" bs=256k 2>/dev/null); }
check 'what was written is read' read_back
stop_served
stop_tgt

check 'discarding drive' serve_null n
SG=$SERVED_SG NST=$SERVED_NST
compare 'discarding drive: drive write, dd through st' 1.25 1 rewind our_write rewind their_write
further rewind our_write rewind their_write
dd_to_null=$(for ((i = 0; i < rounds; i++)); do rewind; timed their_write; echo "$wall"; done)
printf 'discarding drive: dd through st alone|%s|-|600 MB/s|||\n' "$(median $dd_to_null)" >>"$RIG_OUT/rates"
null_write=$(for ((i = 0; i < rounds; i++)); do timed our_write; echo "$wall"; done)
stop_served
check 'drive with a cartridge in memory' serve_memory m
SG=$SERVED_SG NST=$SERVED_NST
tmpfs_write=$(for ((i = 0; i < rounds; i++)); do timed our_write; echo "$wall"; done)
dd_to_tmpfs=$(for ((i = 0; i < rounds; i++)); do rewind; timed their_write; echo "$wall"; done)
printf 'cartridge in memory: dd through st, against the discarding drive|%s|%s|0.7|||\n' "$(median $dd_to_tmpfs)" "$(median $dd_to_null)" >>"$RIG_OUT/rates"
printf 'cartridge in memory: drive write, against the discarding drive|%s|%s|0.7|||\n' "$(median $tmpfs_write)" "$(median $null_write)" >>"$RIG_OUT/rates"
stop_served
printf '%s\n' "$mib" >"$RIG_OUT/mib"
