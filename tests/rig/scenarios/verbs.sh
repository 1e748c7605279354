# Every verb of `capstan drive` on tgt's drive, which lacks most of it: what the drive cannot do is said so, and ends with 6.
# timeout: 240
check 'the tape drive of tgt appears' start_tgt_tape 50
export CAPSTAN_DRIVE=$SG
cd "$RIG_TMP" || exit 1
head -c 300000 /dev/urandom >in
capstan drive encryption generate-key key >/dev/null
asked=
# on STATUS TEXT ARGUMENTS...: `capstan drive ARGUMENTS` ends with STATUS and says TEXT.
on() {
    local status=$1 text=$2
    shift 2
    asked+=" $1 "
    check "$*" answers "$status" "$text" "$@"
}
answers() {
    local wanted=$1 text=$2 status out
    shift 2
    out=$(capstan drive "$@" 2>&1 </dev/null)
    status=$?
    printf '%s\n' "$out"
    [ "$status" -eq "$wanted" ] && grep -q -- "$text" <<<"$out"
}
cannot() { on 6 "this drive\( ([^)]*)\)\? cannot $1" "${@:2}"; }

# What it can.
on 0 'IET VIRTUAL-TAPE' status
on 0 'does not tell where' position
on 0 '300000 bytes' write in --at start
on 0 '300000 bytes' read out --at start
check 'the same bytes' cmp in out
on 0 'IET' probe
on 0 'beginning of partition' rewind
on 0 'fsf 1' fsf
on 0 'bsf 1' bsf
on 0 'fsfm 1' fsfm
on 1 'beginning of the tape' bsfm
on 0 'fsr 1' fsr
on 0 'bsr 1' bsr
on 0 'beginning of partition' asf 0
on 0 'object 3' eod
on 0 'object 1' seek 1
on 0 'beginning of partition' retension
on 0 'weof 1' weof --overwrite-labelled
on 0 'is locked' lock
on 0 'is free' unlock
on 0 'eject' eject
on 0 'beginning of partition' load
on 0 'tape' inquiry
on 0 'GOOD' raw 00 00 00 00 00 00
on 6 'ILLEGAL REQUEST' raw 4d 00 40 00 00 00 00 02 00 00 --in 512
on 0 'page 02' modes
on 0 'cannot compress' options
on 0 'block-length  512' options block-length=512
on 0 'passed' self-test

# What it cannot.
cannot 'protect blocks' write in --protect --at start
cannot 'protect blocks' read out --protect --at start
cannot 'tell where its tape stands' tell
cannot 'change partitions' seek 0 --partition 1
on 6 'does not tell where its tape stands' weof
cannot 'encrypt' encryption status
cannot 'encrypt' encryption on --key-file key
cannot 'encrypt' encryption mixed --key-file key
cannot 'encrypt' encryption rawread
cannot 'encrypt' encryption off
cannot 'erase a tape' erase --yes
cannot 'erase a tape' erase --long --yes
cannot 'erase a tape' format --yes
cannot 'make partitions' format --partitions 2 --yes
cannot 'tell TapeAlert flags' alerts
cannot 'tell its volume statistics' statistics
cannot 'list its log pages' log
cannot 'list its log pages' log --all
cannot 'tell its DT device status' log 11
cannot 'tell its extended INQUIRY data' inquiry --page 86
cannot "read a cartridge's memory" memory
cannot "read a cartridge's memory" memory set label=x
cannot 'show mode page 1A' modes 1a
cannot 'tell which densities' density
cannot 'be set so' options buffering=off
cannot 'switch compression on' options compression=on
cannot 'keep itself for one host' reserve
cannot 'keep itself for one host' release
cannot 'keep itself for one host' reservations
cannot 'put reads in order' access-order 0
cannot 'tell where its wraps end' wraps
cannot 'be set to append only' append-only status
cannot 'be set to append only' append-only on
cannot 'tell how much its tape holds' capacity
cannot 'change the capacity' capacity --proportion 50% --yes
cannot 'verify by filemarks' verify
cannot 'give a dump' dump --to dump
check 'no file of a dump that there is not' test ! -e dump
cannot 'tell its clock' timestamp
cannot 'have its clock set' timestamp --set now

# A verb that is added later is asked here too.
every_verb() {
    local verb missing=
    for verb in $(capstan drive --help | awk '/^Commands:/ { on = 1; next } /^[^ ]/ { on = 0 } on && /^  [a-z]/ { print $1 }'); do
        [[ $asked == *" $verb "* ]] || missing+=" $verb"
    done
    echo "not asked:${missing:- none}; asked: $(wc -w <<<"$asked") times"
    [ -z "$missing" ] && [[ $asked == *" status "* ]]
}
check 'every verb was asked' every_verb
check 'it ends' stop_tgt
