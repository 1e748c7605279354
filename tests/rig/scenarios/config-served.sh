# A drive with a name: known by its serial number when its node changed, one process at a time, seen by scan.
# timeout: 150
. tests/rig/served.sh
load_scsi; load_tcmu
says() { local status=$1 wanted=$2 out got; shift 2; out=$("$@" 2>&1 </dev/null); got=$?; printf '%s\n' "$out"; [ "$got" -eq "$status" ] && grep -q -- "$wanted" <<<"$out"; }
check 'library made' capstan library create t --cartridges 2 --capacity 300M
check 'drive appears' serve_drive t
file=$CAPSTAN_HOME/capstan.toml

check 'a name is given' says 0 "IBM *ULT3580-TD9 *CAP" capstan config drive create left --device "$SERVED_SG"
sed -i '1i# mine' "$file"
check 'the name is used' says 0 'beginning of partition' capstan drive position --device left
check 'scan shows name and st node' says 0 "left .*$SERVED_SG *$SERVED_ST" capstan scan

# The kernel counted anew: the configuration still has the old number.
sed -i "s,$SERVED_SG,/dev/sg77," "$file"
check 'found by its serial number' says 0 "serial CAP[0-9A-F]*) is $SERVED_SG now, no longer /dev/sg77" capstan drive position --device left
check 'and written down' says 0 "$SERVED_SG" capstan config drive update left --device "$SERVED_SG"
check 'the comment stays' eval 'head -n 1 "$file" | grep -q "^# mine"'
check 'another serial number is refused' eval 'sed -i "s,^serial.*,serial = \"NOT\"," "$file"; says 6 "has serial NOT, but $SERVED_SG is IBM" capstan drive position --device left'
check 'asked anew' capstan config drive update left --detect

# One process at a time: named, and gone when it is killed.
mkfifo "$RIG_TMP/slow"
case $RIG_CAPSTAN in
    *.dll) dotnet "$RIG_CAPSTAN" drive write --device left <"$RIG_TMP/slow" >/dev/null 2>&1 & ;;
    *) "$RIG_CAPSTAN" drive write --device left <"$RIG_TMP/slow" >/dev/null 2>&1 & ;;
esac
holder=$!
exec 7>"$RIG_TMP/slow"
locked() { grep -qs "^$holder\$" /run/lock/capstan/drive-IBM-CAP*.lock; }
check 'a writer has it' wait_for 30 locked
check 'a second one is told who' says 6 "Drive $SERVED_SG is in use by process $holder (capstan drive write --device left) since 20" capstan drive position --device "$SERVED_SG"
check 'so is scan' says 0 "$SERVED_SG is in use by process $holder" capstan scan
kill -KILL "$holder"
wait "$holder" 2>/dev/null
exec 7>&-
check 'it is free when that one is killed' says 0 'object' capstan drive position --device left
check 'the server ends' stop_served

# A library with a changer: the tape's label is what the changer reads; a backup that needs another tape says which command brings it, and that command works.
check 'library with a changer made' make_library robot 2 6 0 3xLTO-9 --capacity 300M
check 'it appears' serve_library robot
rm "$file"
capstan changer load CAP002L9 1 --changer "$CHANGER_SG" >/dev/null 2>&1
check 'the tape gets the label that the changer reads' says 0 'on tape CAP002L9' capstan backup tests/rig/scenarios --device "${DRIVE_SG[1]}"
check 'an empty drive: the tape is named' says 4 "Tape CAP002L9, which has room for more, is in drive 1 of $CHANGER_SG" capstan backup tests/rig/scenarios --device "${DRIVE_SG[0]}"
capstan changer unload 5 1 --changer "$CHANGER_SG" >/dev/null 2>&1
said=$(capstan verify latest --device "${DRIVE_SG[0]}" 2>&1)
command=$(grep -o 'capstan changer load [^`]*' <<<"$said")
log "$said"
check 'the message names tape and slot' eval 'grep -q "Tape CAP002L9 is in slot 5 of $CHANGER_SG" <<<"$said"'
check 'its command works' $command
check 'the backup is read' says 0 'is intact' capstan verify latest --device "${DRIVE_SG[0]}"
check 'doctor: a right drive' eval 'capstan config drive create left --device "${DRIVE_SG[0]}" && says 0 "OK *drive *left (${DRIVE_SG[0]}): it is there" capstan doctor'
sed -i "s,${DRIVE_SG[0]}\",/dev/sg77\"," "$file"
check 'doctor: a drive that is elsewhere now' says 0 "fix: capstan config drive update left --device ${DRIVE_SG[0]}" capstan doctor
check 'the server ends' stop_served
