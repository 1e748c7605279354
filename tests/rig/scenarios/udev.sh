# The shipped udev rules, with a running systemd-udevd: group, mode and names of a drive behind iSCSI.
rules=packaging/udev/60-capstan-tape.rules
udevd=$(ls /lib/systemd/systemd-udevd /usr/lib/systemd/systemd-udevd 2>/dev/null | head -n 1)
if [ -z "$udevd" ] || ! command -v udevadm >/dev/null; then
    skip 'the udev rules' 'there is no systemd-udevd (Debian: apt-get install udev)'
    return
fi
check 'the tape drive of tgt appears' start_tgt_tape 20
mkdir -p /run/udev/rules.d
cp "$rules" /run/udev/rules.d/
if udevadm verify --help >/dev/null 2>&1; then
    check 'the rules verify' udevadm verify "$rules"
else
    skip 'the rules verify' "udevadm of version $(udevadm --version) has no 'verify'"
fi
udevadm test "/sys/class/scsi_generic/${SG##*/}" >"$RIG_TMP/test" 2>&1
check 'the parser says nothing about them' test -z "$(grep -a '60-capstan-tape.rules:[0-9]*' "$RIG_TMP/test" | grep -aiE 'invalid|unknown|ignor|fail|unexpected')"
"$udevd" --daemon
check 'udevd answers' wait_for 10 udevadm control --ping
udevadm trigger --action=add --subsystem-match=scsi_generic --subsystem-match=scsi_tape
udevadm settle --timeout=20
find /dev/tape -printf '%p -> %l\n' 2>/dev/null
check 'group and mode' test "$(stat -c '%G %a' "$SG")" = 'tape 660'
check 'the tape nodes too, which are held' test "$(stat -c '%G %a' "$ST") $(stat -c '%G %a' "$NST")" = 'tape 660 tape 660'
links() { find /dev/tape/by-id /dev/tape/by-path -lname "*/${SG##*/}" -name '*-sg' | sort; }
check 'a name by serial number' grep -q '/by-id/scsi-.*-sg$' <(links)
serial=$(tail -c +5 "/sys/class/scsi_generic/${SG##*/}/device/vpd_pg80" | tr -d '\0 ')
check 'it is the unit serial number' test -e "/dev/tape/by-id/scsi-SIET_VIRTUAL-TAPE_$serial-sg" -o -e "/dev/tape/by-id/scsi-$serial-sg"
check 'a name by where it is attached' grep -q '/by-path/.*-sg$' <(links)
check 'a name is as good as the node' capstan drive status --device "$(links | head -n 1)"
other=$(grep -lx 12 /sys/class/scsi_generic/sg*/device/type | head -n 1 | cut -d/ -f5)
check 'what is no tape drive is left alone' test -n "$other" -a "$(stat -c '%G %a' "/dev/$other")" != 'tape 660'
udevadm control --exit
