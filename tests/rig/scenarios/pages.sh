# Questions that tgt's drive cannot answer: each verb says so, and ends with 6.
# timeout: 90
check 'the tape drive of tgt appears' start_tgt_tape 50
export CAPSTAN_DRIVE=$SG
cannot() {
    local wanted=$1 status out
    shift
    out=$("$@" 2>&1)
    status=$?
    printf '%s\n' "$out"
    [ "$status" -eq 6 ] && grep -q -- "this drive cannot $wanted" <<<"$out"
}
check 'alerts' cannot 'tell TapeAlert flags' capstan drive alerts
check 'statistics' cannot 'tell its volume statistics' capstan drive statistics
check 'log' cannot 'list its log pages' capstan drive log
check 'log --all' cannot 'list its log pages' capstan drive log --all
check 'log 11' cannot 'tell its DT device status' capstan drive log 11
check 'inquiry of a page that it lacks' cannot 'tell its extended INQUIRY data' capstan drive inquiry --page 86
check 'inquiry' capstan drive inquiry
check 'raw' capstan drive raw 00 00 00 00 00 00
check_status 'raw: a command that it does not know' 6 capstan drive raw 4d 00 40 00 00 00 00 02 00 00 --in 512
check 'it ends' stop_tgt
