# Bacula's mtx-changer as Debian packages it, unmodified, with our mtx and mt in place of Debian's: on the embedded library, which no
# kernel knows, and on the same library served to the kernel.
# timeout: 240
# unpacks: bacula-sd
. tests/rig/served.sh
package=$RIG_ROOT/artifacts/rig/packages/bacula-sd
if ! [ -x "$package/etc/bacula/scripts/mtx-changer" ]; then
    skip 'mtx-changer' 'the package bacula-sd could not be downloaded'
    return
fi
if ! [ -e /usr/sbin/mtx ]; then
    skip 'mtx-changer' 'there is no /usr/sbin/mtx to put ours over (package mtx)'
    return
fi
load_scsi; load_tcmu
cd "$RIG_TMP" || return

# The script has the paths of /usr/sbin/mtx, of its settings and of /var/lib/bacula in it, and finds mt by PATH.
script=/etc/bacula/scripts/mtx-changer
mkdir -p "$RIG_TMP/etc" "$RIG_TMP/lib/bacula"
cp -a /etc/. "$RIG_TMP/etc/" && rm -rf "$RIG_TMP/etc/bacula" && cp -a "$package/etc/bacula" "$RIG_TMP/etc/bacula" &&
    mount --bind "$RIG_TMP/etc" /etc && mount --bind "$RIG_TMP/lib" /var/lib
for name in mtx mt; do
    { printf '#!/bin/bash\nexec'; printf ' %q' "${capstan_command[@]}" "$name"; printf ' "$@"\n'; } >"$RIG_TMP/$name"
    chmod +x "$RIG_TMP/$name"
done
check 'our mtx stands where the script looks for it' mount --bind "$RIG_TMP/mtx" /usr/sbin/mtx
export PATH=$RIG_TMP:$PATH
check 'it is ours' eval 'mtx --version 2>&1 | grep capstan && mt --version | grep capstan'

changer() { timeout 60 "$script" "$CHANGER" "$@"; }
# prints NAME TEXT ARGUMENT...: the script prints exactly that, and ends with 0.
prints() {
    local name=$1 wanted=$2
    shift 2
    check "$name" prints_exactly "$wanted" "$@"
}
prints_exactly() {
    local wanted=$1 got status
    shift
    got=$(changer "$@" | sed 's/ *$//'; exit "${PIPESTATUS[0]}"); status=$?
    printf '%s\n' "$got"
    [ "$status" -eq 0 ] && [ "$got" = "$wanted" ]
}

# all NAME: the script's whole use on $CHANGER, whose drives are the devices $D0 and $D1.
all() {
    prints "$1: slots" 8 slots
    prints "$1: list" $'1:CAP001L9\n2:CAP002L9\n3:CAP003L9\n4:CAP004L9' list
    prints "$1: listall" $'D:0:E\nD:1:E\nS:1:F:CAP001L9\nS:2:F:CAP002L9\nS:3:F:CAP003L9\nS:4:F:CAP004L9\nS:5:E\nS:6:E\nI:7:E\nI:8:E' listall
    prints "$1: loaded, and nothing is" 0 loaded 0 "$D0" 0
    prints "$1: load" 'Loading media from Storage Element 2 into drive 0...done' load 2 "$D0" 0
    prints "$1: load into the other drive" 'Loading media from Storage Element 4 into drive 1...done' load 4 "$D1" 1
    prints "$1: loaded" 2 loaded 0 "$D0" 0
    prints "$1: loaded in the other drive" 4 loaded 0 "$D1" 1
    prints "$1: list with drives" $'1:CAP001L9\n3:CAP003L9\n2:CAP002L9\n4:CAP004L9' list
    check "$1: load into a full drive fails" check_fails 'Drive 0 Full (Storage Element 2 loaded)' load 1 "$D0" 0
    check "$1: load of an empty slot fails" check_fails 'Data Transfer Element\|Drive 1 Full' load 5 "$D1" 1
    prints "$1: unload" 'Unloading drive 0 into Storage Element 2...done' unload 2 "$D0" 0
    prints "$1: unload elsewhere" 'Unloading drive 1 into Storage Element 6...done' unload 6 "$D1" 1
    check "$1: unload of an empty drive fails" check_fails 'Data Transfer Element 0 is Empty' unload 2 "$D0" 0
    prints "$1: transfer to a mail slot" '' transfer 6 7
    check "$1: transfer of nothing fails" check_fails 'Source Element Address .* is Empty' transfer 6 5
    prints "$1: listall after that" $'D:0:E\nD:1:E\nS:1:F:CAP001L9\nS:2:F:CAP002L9\nS:3:F:CAP003L9\nS:4:E\nS:5:E\nS:6:E\nI:7:F:CAP004L9\nI:8:E' listall
    prints "$1: and back" '' transfer 7 4
}
check_fails() {
    local wanted=$1 said
    shift
    said=$(changer "$@" 2>&1) && { echo "it ends with 0: $said"; return 1; }
    printf '%s\n' "$said"
    printf '%s' "$said" | grep -q -- "$wanted"
}

check 'library made' make_library t 2 6 2 4 --capacity 50M --no-sync
CHANGER=virtual:t/changer D0=virtual:t D1=virtual:t/2
all embedded
check 'library appears' serve_library t || return
CHANGER=$CHANGER_SG D0=${DRIVE_SG[0]} D1=${DRIVE_SG[1]}
all served
check 'it stops' stop_served
