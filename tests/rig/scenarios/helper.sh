# Who may only read the node: nothing without the helper; with it, verify and restore, and no writing.
# timeout: 120
tape_gid=$(getent group tape | cut -d: -f3)
as_user() { setpriv --reuid 65534 --regid 65534 --groups "$tape_gid" --inh-caps=-all --bounding-set="${bounds:--all}" "$@"; }
# The helper needs its capability in the bounding set, as every login has it.
user_capstan() { bounds=+all as_user env CAPSTAN_HOME="$RIG_TMP/user" HOME="$RIG_TMP" "${capstan_command[@]}" "$@"; }
helper() { bounds=+all as_user /usr/libexec/capstan/capstan-sg-helper "$@"; }
# says NAME WORDS: the command before this one said so.
says() {
    cp "$checked" "$RIG_TMP/said"
    check "$1" grep -qF -- "$2" "$RIG_TMP/said"
    # For the next one.
    cp "$RIG_TMP/said" "$checked"
}

check 'the tape drive of tgt appears' start_tgt_tape 60
controller=$(grep -lx 12 /sys/class/scsi_generic/sg*/device/type | head -n 1 | cut -d/ -f5)
mkdir "$RIG_TMP/tree"
head -c 3M /dev/urandom >"$RIG_TMP/tree/file"
echo small >"$RIG_TMP/tree/small"
cd "$RIG_TMP" || return
check 'a backup' capstan backup tree --device "$SG"
cp -a "$CAPSTAN_HOME" "$RIG_TMP/user"
chown -R 65534:65534 "$RIG_TMP/user"

chgrp tape "$SG"
chmod 660 "$SG"
bounds=-all
check 'a user who may write needs no capability: status' as_user env CAPSTAN_HOME="$RIG_TMP/user" HOME="$RIG_TMP" "${capstan_command[@]}" drive status --device "$SG"
check 'a user who may write needs no capability: rewind' as_user env CAPSTAN_HOME="$RIG_TMP/user" HOME="$RIG_TMP" "${capstan_command[@]}" drive rewind --device "$SG"
check 'a user who may write needs no capability: backup' as_user env CAPSTAN_HOME="$RIG_TMP/user" HOME="$RIG_TMP" "${capstan_command[@]}" backup tree --device "$SG"
check 'a user who may write needs no capability: verify' as_user env CAPSTAN_HOME="$RIG_TMP/user" HOME="$RIG_TMP" "${capstan_command[@]}" verify latest --device "$SG"

chmod 600 "$SG"
check_status 'no permission: status 6' 6 user_capstan drive status --device "$SG"
says 'no permission: the mode is told' 'with mode 600'
chmod 640 "$SG"
check_status 'reading only, no helper: status 6' 6 user_capstan drive status --device "$SG"
says 'reading only, no helper: the helper is named' '/usr/libexec/capstan/capstan-sg-helper'

built=$RIG_ROOT/artifacts/launcher/helper/capstan-sg-helper
# Where there is no linker ./test makes one that wants the .NET runtime. Good for this only: docs/permissions.md.
[ -x "$built" ] || built=$RIG_ROOT/artifacts/test/helper/capstan-sg-helper
if ! [ -x "$built" ]; then
    skip 'the helper' 'it is not built: packaging/install --build-helper'
    return
fi
check 'it installs' env DESTDIR="$RIG_TMP/root" "$RIG_ROOT/packaging/install" --program "$built" --helper "$built"
check 'owner, group and mode' test "$(stat -c '%U:%G %a' "$RIG_TMP/root/usr/libexec/capstan/capstan-sg-helper")" = 'root:tape 750'
check 'its capability' grep -q 'cap_sys_rawio=ep$' <(getcap "$RIG_TMP/root/usr/libexec/capstan/capstan-sg-helper")
check 'the rules are there' test -s "$RIG_TMP/root/etc/udev/rules.d/60-capstan-tape.rules"
mount -t tmpfs tmpfs /usr/libexec
cp -a "$RIG_TMP/root/usr/libexec/capstan" /usr/libexec/

check 'with the helper: status' user_capstan drive status --device "$SG"
check 'with the helper: rewind' user_capstan drive rewind --device "$SG"
check 'with the helper: verify' user_capstan verify latest --device "$SG"
check 'with the helper: restore' user_capstan restore latest --to "$RIG_TMP/user/out" --device "$SG"
same 'what was restored is what was saved' tree/file "$RIG_TMP/user/out/tree/file"
same 'the other file, too' tree/small "$RIG_TMP/user/out/tree/small"
check_status 'with the helper: no backup' 6 user_capstan backup tree --device "$SG"
says 'the command that is refused is named' 'open for reading only'

check 'helper: an operation of its list' helper 1 60 read-position short <"$SG"
check_status 'helper: an unknown operation' 2 helper 1 60 erase <"$SG"
check_status 'helper: a CDB' 2 helper 1 60 190000000000 <"$SG"
check_status 'helper: a stray argument' 2 helper 1 60 rewind now <"$SG"
check_status 'helper: /dev/null' 3 helper 1 60 rewind </dev/null
check_status 'helper: a file' 3 helper 1 60 rewind <"$built"
chmod 666 "/dev/$controller"
check_status 'helper: a device that is no tape drive' 3 helper 1 60 rewind <"/dev/$controller"
chmod 660 "$SG"
check_status 'helper: open for writing only' 3 helper 1 60 rewind 0>"$SG"
setcap -r /usr/libexec/capstan/capstan-sg-helper
chmod 640 "$SG"
check_status 'a helper without its capability' 6 user_capstan drive rewind --device "$SG"
says 'and it says so' 'has no CAP_SYS_RAWIO itself'
