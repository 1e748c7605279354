# A whole library over the kernel's iSCSI target: reached by libiscsi from user space, and by the kernel's initiator (open-iscsi).
# timeout: 300
# memory: 3072M
# tmp: 2000M
. tests/rig/served.sh
load_scsi
# Where the kernel's target keeps registrations; cannot be changed once a fabric is there.
load configfs target_core_mod
mount -t configfs configfs /sys/kernel/config && mkdir -p /run/target && echo /run/target >/sys/kernel/config/target/dbroot
load_tcmu
check 'library made' make_library t 2 6 1 4 --capacity 300M --no-sync
says() { local wanted=$1 out; shift; out=$("$@" 2>&1); printf '%s\n' "$out"; grep -q -- "$wanted" <<<"$out"; }
serve_iscsi() {
    serve_library "$@" || return 1
    DRIVE_URL=($(grep -v '/changer ' "$LIBRARY_LOG" | grep -o 'iscsi://[^ ]*'))
    CHANGER_URL=$(grep '/changer ' "$LIBRARY_LOG" | grep -o 'iscsi://[^ ]*')
    return 0
}
refused() { local out status; out=$(capstan library serve t --iscsi 2>&1); status=$?; printf '%s\n' "$out"; [ "$status" -eq 6 ] && grep -q "$1" <<<"$out"; }
check 'without the module: says what is missing' refused 'modprobe iscsi_target_mod'
check 'nothing is left of that' has_no_objects
load iscsi_target_mod
check 'an address that is not of this machine' eval 'timeout 20 "${capstan_command[@]}" library serve t --iscsi 192.0.2.1 2>&1 | tee /dev/stderr | grep -q "no address of this machine"'
check 'nothing is left of that, either' has_no_objects
check 'served over iSCSI' serve_iscsi t --iscsi
check 'no device of this machine' eval '! lsscsi | grep -q CAP1'

# User space.
check 'capstan scan behind the portal' says "${CHANGER_URL#*3260/}" capstan changer scan --portal 127.0.0.1
check 'the changer by libiscsi' says 'CAP001L9' capstan changer status --changer "$CHANGER_URL"
check 'loads' capstan changer load CAP001L9 0 --changer "$CHANGER_URL"
check 'the drive by libiscsi' says 'LTO-9' capstan drive status --device "${DRIVE_URL[0]}"
head -c 30M /dev/urandom >"$RIG_TMP/data"
check 'a backup over the network' capstan backup "$RIG_TMP/data" --device "${DRIVE_URL[0]}"
check 'verifies' capstan verify latest --device "${DRIVE_URL[0]}"

# The kernel's initiator.
[ -s /etc/iscsi/initiatorname.iscsi ] || printf 'InitiatorName=iqn.2026-01.test.capstan:initiator\n' >/etc/iscsi/initiatorname.iscsi
pgrep -x iscsid >/dev/null || iscsid
login() { wait_for 10 iscsiadm -m discovery -t st -p 127.0.0.1 && iscsiadm -m discovery -t st -p 127.0.0.1 && iscsiadm -m node --login; }
check 'open-iscsi finds three targets and logs in' login
there() { [ "$(lsscsi | grep -c ' CAP1 ')" = 3 ] && [ -e /dev/nst1 ] && [ -e /dev/sch0 ]; }
check 'two drives and a changer in the kernel' wait_for 10 there
lsscsi -g
sg_of() { lsscsi -g | awk -v kind="$1" '$2 == kind { print $NF }'; }
CH=$(sg_of mediumx)
check 'mtx over iSCSI' says 'Data Transfer Element 0:Full (Storage Element 1 Loaded):VolumeTag = CAP001L9' mtx -f "$CH" status
check 'mtx loads the second drive' mtx -f "$CH" load 2 1
# Drives by their serial numbers: the order of the logins is anybody's.
nst_of() {
    local sg
    for sg in $(sg_of tape); do
        sg_vpd -p sn "$sg" | grep -q "$1" && { printf '/dev/n%s' "$(ls "/sys/class/scsi_generic/${sg##*/}/device/scsi_tape" | grep -E '^st[0-9]+$')"; return; }
    done
}
serials=($(grep -v '/changer ' "$LIBRARY_LOG" | grep -o 'serial CAP[0-9A-F]*' | cut -d' ' -f2))
second=$(nst_of "${serials[1]}")
log "the second drive is $second"
mt -f "$second" rewind; mt -f "$second" rewind
check 'dd writes over iSCSI' dd if="$RIG_TMP/data" of="$second" bs=256k
mt -f "$second" rewind
check 'dd reads over iSCSI' dd if="$second" of="$RIG_TMP/back" bs=256k
same 'byte by byte' "$RIG_TMP/data" "$RIG_TMP/back"
# Two initiators, told apart by the kernel's target.
sg2=$(basename "$(readlink -f "/sys/class/scsi_tape/${second#/dev/}/device/scsi_generic"/sg*)")
check 'the kernel registers' sg_persist --out --register --param-sark=abc123 "/dev/$sg2"
check 'and reserves' sg_persist --out --reserve --param-rk=abc123 --prout-type=3 "/dev/$sg2"
conflict() { local out; out=$(capstan drive status --device "${DRIVE_URL[1]}" 2>&1); out+=$(capstan drive rewind --device "${DRIVE_URL[1]}" 2>&1); printf '%s\n' "$out"; grep -qi 'reserv' <<<"$out"; }
check 'the other initiator is refused' conflict
check 'given back' sg_persist --out --clear --param-rk=abc123 "/dev/$sg2"
check 'then it may' capstan drive rewind --device "${DRIVE_URL[1]}"

# Killed while they are logged in.
kill -KILL "$SERVER"; wait "$SERVER" 2>/dev/null
check 'a new server takes over' serve_iscsi t --iscsi
check 'it says what it removed' grep -q 'removed what an earlier server' "$LIBRARY_LOG"
check 'libiscsi sees it again' says 'CAP002L9' capstan changer status --changer "$CHANGER_URL"
back() { mt -f "$second" rewind && dd if="$second" of="$RIG_TMP/back" bs=256k; }
check 'the kernel logs in again by itself, and reads' wait_for 40 back
same 'byte by byte after the kill' "$RIG_TMP/data" "$RIG_TMP/back"
iscsiadm -m node --logout
check 'it stops' stop_served
check 'nothing is left' has_no_objects

# Only a certain initiator.
check 'for one initiator only' serve_iscsi t --iscsi 127.0.0.1:3262 --initiator iqn.2026-01.test.capstan:friend --drive 2
check 'another one is refused' eval '! timeout 30 "${capstan_command[@]}" drive status --device "${DRIVE_URL[0]}"'
check 'the friend gets in' eval 'timeout 20 iscsi-inq -i iqn.2026-01.test.capstan:friend "${DRIVE_URL[0]}" || [ $? = 127 ]'
check 'it stops, too' stop_served
no_targets() { ! ls -d /sys/kernel/config/target/iscsi/iqn* 2>/dev/null; }
check 'no target is left' no_targets

# With secrets (CHAP): none, a wrong one, the right one, and the target's own; in user space, and in the kernel.
# write_secrets FILE HEAD USER SECRET [TARGET_USER TARGET_SECRET]
write_secrets() (
    umask 077
    printf '%s\nuser = "%s"\nsecret = "%s"\n' "$2" "$3" "$4" >"$1"
    [ -z "${5:-}" ] || printf 'target_user = "%s"\ntarget_secret = "%s"\n' "$5" "$6" >>"$1"
)
write_secrets "$CAPSTAN_HOME/iscsi.toml" '[[serve]]
library = "t"' anna hush-hush-hush test.library other-hush-hush
(umask 077; : >"$RIG_TMP/none")
write_secrets "$RIG_TMP/wrong" '[[chap]]' anna hush-hush-mush
write_secrets "$RIG_TMP/nobody" '[[chap]]' berta hush-hush-hush
write_secrets "$RIG_TMP/right" '[[chap]]' anna hush-hush-hush
write_secrets "$RIG_TMP/both" '[[chap]]' anna hush-hush-hush test.library other-hush-hush
write_secrets "$RIG_TMP/other" '[[chap]]' anna hush-hush-hush test.library other-hush-mush
status_with() { CAPSTAN_ISCSI_SECRETS=$RIG_TMP/$1 timeout 60 "${capstan_command[@]}" drive status --device "${DRIVE_URL[0]}"; }
refused_with() { local out status; out=$(status_with "$1" 2>&1); status=$?; printf '%s\n' "$out"; [ "$status" -eq 6 ] && grep -q -- "$2" <<<"$out" && ! grep -q hush <<<"$out"; }
check 'served with secrets' serve_iscsi t --iscsi 127.0.0.1:3263 --drive 2
check 'it says so' grep -q 'with CHAP both ways' "$LIBRARY_LOG"
check 'and says none of them' eval '! grep -q hush "$LIBRARY_LOG"'
check 'without a secret: refused' refused_with none 'refuses the name or secret'
check 'with a wrong one: refused' refused_with wrong 'refuses the name or secret'
check 'with a wrong name: refused' refused_with nobody 'refuses the name or secret'
check 'with the right one: in' says 'LTO-9' status_with right
check 'the target proves itself, too' says 'LTO-9' status_with both
check 'a target that has another secret is refused' refused_with other 'did not prove who it is'
target=$(sed 's|.*/\(iqn[^/]*\)/0$|\1|' <<<"${DRIVE_URL[0]}")
node() { iscsiadm -m node -T "$target" -p 127.0.0.1:3263 "$@"; }
set_node() { node -o update -n "node.session.auth.$1" -v "$2"; }
check 'the kernel finds it' iscsiadm -m discovery -t st -p 127.0.0.1:3263
check 'the kernel without a secret: refused' eval '! node --login'
set_node authmethod CHAP; set_node username anna; set_node password hush-hush-mush
check 'the kernel with a wrong one: refused' eval '! node --login'
set_node password hush-hush-hush; set_node username_in test.library; set_node password_in other-hush-mush
check 'the kernel refuses a target with another secret' eval '! node --login'
set_node password_in other-hush-hush
check 'the kernel with the right ones: in' node --login
check 'and has the drive' wait_for 10 eval 'lsscsi | grep -q ULT3580'
check 'and out' node --logout
check 'it stops with secrets' stop_served
friend=iqn.2026-01.test.capstan:friend
write_secrets "$RIG_TMP/friend" "initiator = \"$friend\"
[[chap]]" anna hush-hush-hush test.library other-hush-hush
{ printf 'initiator = "%s"\n' "$friend"; cat "$RIG_TMP/wrong"; } >"$RIG_TMP/friend-wrong"
chmod 600 "$RIG_TMP/friend-wrong"
check 'with secrets for one initiator only' serve_iscsi t --iscsi 127.0.0.1:3263 --initiator "$friend" --drive 2
check 'another one that knows them is refused' refused_with both 'does not let this initiator in\|refuses the name or secret'
check 'the friend that knows them gets in' says 'LTO-9' status_with friend
check 'the friend with a wrong one is refused' refused_with friend-wrong 'refuses the name or secret'
check 'it stops in the end' stop_served
check 'no target is left in the end' no_targets
