# The same walk by mt and dd on one served drive and by Capstan on another: after each step both stand at the same object, and both
# say the same of whether it went well.
# timeout: 240
. tests/rig/served.sh
load_scsi; load_tcmu
check 'libraries made' eval 'capstan library create a --cartridges 1 --capacity 50M && capstan library create b --cartridges 1 --capacity 50M'
check 'a drive for mt' serve_drive a || return
N=$SERVED_NST
first_server=$SERVER
check 'a drive for Capstan' serve_drive b || return
export CAPSTAN_DRIVE=$SERVED_SG
cd "$RIG_TMP" || return

seed=${RIG_SEED:-4242} steps=${RIG_ROUNDS:-30}
RANDOM=$seed
# Below any tape here, so that every verb also meets the ends.
pick() { eval "$1=\$((RANDOM % $2))"; }
by_mt() { mt -f "$N" "$@" >said-by-mt 2>&1; }
# One start of the program for the step and its position: a start is most of the time.
by_capstan() { capstan drive "$@" --output-format json >said.json 2>said-by-capstan; }
where_mt() { mt -f "$N" tell | sed -n 's/^At block \([0-9]*\)\.$/\1/p'; }
where_capstan() { python3 -c 'import json
d = json.load(open("said.json"))
p = d.get("position") or d.get("to")
print(p["object_id"])'; }

# One file: blocks of one length and a filemark, which st writes when dd closes its node.
write_file() {
    head -c $(($1 * $2)) /dev/urandom >file
    dd if=file of="$N" bs="$2" 2>said-by-mt
    by_capstan write file --block-size "$2"
}
read_file() {
    local mt_status capstan_status
    rm -f from-mt from-capstan
    dd if="$N" of=from-mt bs=64k 2>said-by-mt; mt_status=$?
    by_capstan read from-capstan --count 1; capstan_status=$?
    # At the end of data there is no file. Behind a filemark that st wrote when dd closed its node, it says end of file first.
    if [ "$capstan_status" -eq 4 ] && ! [ -s from-mt ]; then
        by_capstan tell
        return
    fi
    cmp from-mt from-capstan || { echo "read: mt $mt_status, capstan $capstan_status"; return 1; }
}

step() {
    local kind count mt_status capstan_status verbs=(fsf bsf fsfm bsfm fsr bsr fsf bsf asf rewind eod seek retension) verb
    pick kind 20
    if [ "$kind" -lt 3 ]; then
        pick count 4
        what="write $((count + 1)) blocks"
        write_file $((count + 1)) $((512 * (1 + count * 3))) || return 1
    elif [ "$kind" -lt 5 ]; then
        what=read
        read_file || return 1
    elif [ "$kind" -lt 7 ]; then
        pick count 3
        what="weof $count"
        by_mt weof "$count" && by_capstan weof "$count" || return 1
    else
        pick kind ${#verbs[@]}
        verb=${verbs[kind]}
        pick count 4
        case $verb in
            rewind | eod | retension) what=$verb ;;
            seek) count=$((count * 5)) what="seek $count" ;;
            *) what="$verb $count" ;;
        esac
        # shellcheck disable=SC2086 # a verb and its count
        by_mt $what; mt_status=$?
        # shellcheck disable=SC2086
        by_capstan $what; capstan_status=$?
        [ $((mt_status != 0)) -eq $((capstan_status != 0)) ] || { echo "$what: mt $mt_status, capstan $capstan_status"; return 1; }
        [ "$mt_status" -eq 0 ] || stopped=$((stopped + 1))
    fi
}

walk() {
    local n what at own stopped=0
    echo "$steps steps, seed $seed (RIG_SEED)"
    by_mt rewind
    by_capstan rewind
    write_file 5 1024 && write_file 4 2048 && write_file 3 1024 || return 1
    for ((n = 1; n <= steps; n++)); do
        step || { echo "step $n of seed $seed: $what"; cat said-by-mt said-by-capstan; return 1; }
        at=$(where_mt)
        own=$(where_capstan)
        echo "$n $what: mt $at, capstan $own"
        [ "$at" = "$own" ] || { cat said-by-mt said.json; return 1; }
    done
    echo "$stopped ended before their count"
    [ "$stopped" -gt 0 ]
}
check 'the same walk by mt and by Capstan' walk

# mt's own line on the drive itself, beside the kernel's mt on the other: what they print.
at_file() { mt -f "$N" rewind && mt -f "$N" "$@" && capstan mt -f "$SERVED_SG" rewind && capstan mt -f "$SERVED_SG" "$@"; }
# A density is a number; mt of 2022 has no name for LTO-9's.
says_the_same() { diff <(mt -f "$N" "$1" 2>&1 | sed 's/ (no translation)//') <(capstan mt -f "$SERVED_SG" "$1" 2>&1 | sed 's/ (LTO-9)//'); }
check 'to the beginning' eval 'mt -f "$N" rewind; capstan mt -f "$SERVED_SG" rewind'
check 'status says the same' says_the_same status
check 'tell says the same' says_the_same tell
check 'at a file' at_file asf 1
check 'tell says the same there' says_the_same tell
ends_the_same() { local a b; mt -f "$N" "$@" >said-by-mt 2>&1; a=$?; capstan mt -f "$SERVED_SG" "$@" >said-by-capstan 2>&1; b=$?; cat said-by-mt said-by-capstan; echo "$a $b"; [ "$a" -eq "$b" ]; }
# Without a tape each open of st's node waits two minutes for one: what needs one comes before the last.
for line in 'fsf 99' 'fsf -1' 'fsf 1Q' 'blah' 're' 'rewind 5' 'fss 1' 'bsf 99' 'weof 0' 'rewind' 'tell' 'offline'; do
    # shellcheck disable=SC2086 # an operation and its count
    check "mt $line ends as mt does" ends_the_same $line
done
check 'stops' stop_served
SERVER=$first_server
check 'the other stops' stop_served
