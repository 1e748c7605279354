# What `capstan doctor` says with a real drive: as root, as an ordinary user, with a node closed, with the tape held by mt's driver.
tape_gid=$(getent group tape | cut -d: -f3)
user_doctor() { setpriv --reuid 65534 --regid 65534 --groups "$tape_gid" --inh-caps=-all --bounding-set=-all env CAPSTAN_HOME="$RIG_TMP/user" HOME="$RIG_TMP" "${capstan_command[@]}" doctor; }
says() {
    cp "$checked" "$RIG_TMP/said"
    check "$1" grep -qE -- "$2" "$RIG_TMP/said"
    # For the next one.
    cp "$RIG_TMP/said" "$checked"
}

mkdir -m 777 "$RIG_TMP/user"
check 'without any driver' capstan doctor
says 'it names the module' 'WARN +driver .*'
check 'the tape drive of tgt appears' start_tgt_tape 20
check 'as root: nothing is bad' capstan doctor
says 'the drive is found' "OK +node +$SG: tape drive IET VIRTUAL-TAPE: you may use it"
says 'the kernel tape driver is named' "OK +st +$SG: .*$ST"
says 'the limits of the adapter are told' "(OK|WARN) +hba +$SG"
check 'JSON' eval 'capstan doctor --output-format json | grep -q "\"bad\":0.*\"exit_status\":0}"'

chmod 600 "$SG"
check_status 'a user without a right: status 1' 1 user_doctor
says 'the rules are the fix' '60-capstan-tape.rules'
chgrp tape "$SG"
chmod 640 "$SG"
check_status 'a user who may only read: status 1' 1 user_doctor
says 'the helper is named' 'a reader needs the helper'
chmod 660 "$SG"
check 'a user who may write: nothing is bad' user_doctor
says 'without a capability' 'no CAP_SYS_RAWIO and needs none'

exec 7<>"$NST"
check_status 'the tape node is held: status 1' 1 capstan doctor
says 'its holder is named' "BAD +st +.*process $BASHPID .*$NST"
exec 7<&-
