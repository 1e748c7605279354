# Bacula's own test of a drive and its changer, as Debian packages it: `btape test` with its mtx-changer script, on our library.
# timeout: 300
# memory: 4608M
# tmp: 3600M
# unpacks: bacula-sd bacula-common libwrap0
. tests/rig/served.sh
packages=$RIG_ROOT/artifacts/rig/packages
if ! [ -x "$packages/bacula-sd/usr/sbin/btape" ]; then
    skip 'btape' 'the package bacula-sd could not be had'
    return
fi
load_scsi; load_tcmu
check 'library made' make_library t 1 6 0 5 --capacity 1500M --no-sync
check 'library appears' serve_library t || return

# Where the package would have been installed: the script names its files by their paths.
place=$RIG_TMP/place
mkdir -p "$place"/{etc,var/lib/bacula,run/bacula,tmp,usr,dev,proc,sys,root}
mkdir "$place/var/packages"
for name in bacula-common bacula-sd libwrap0; do
    ! [ -d "$packages/$name/etc/bacula" ] || cp -a "$packages/$name/etc/bacula" "$place/etc/"
    cp -a "$packages/$name/usr/." "$place/var/packages/"
done
cp -a /etc/{passwd,group,nsswitch.conf,debian_version,ld.so.cache,alternatives} "$place/etc/"
for name in bin sbin lib lib64; do cp -a "/$name" "$place/$name" 2>/dev/null || ln -s "usr/$name" "$place/$name"; done
for name in usr dev proc sys; do mount --rbind "/$name" "$place/$name"; done
configure() {
    cat >"$place/etc/bacula/bacula-sd.conf" <<CONF
Storage { Name = rig-sd; SDPort = 9103; WorkingDirectory = "/var/lib/bacula"; Pid Directory = "/run/bacula"; Maximum Concurrent Jobs = 4 }
Director { Name = rig-dir; Password = "none" }
Messages { Name = Standard; director = rig-dir = all }
Autochanger {
  Name = Library
  Device = Drive-0
  Changer Command = "/etc/bacula/scripts/mtx-changer %c %o %S %a %d"
  Changer Device = $CHANGER_SG
}
Device {
  Name = Drive-0; Drive Index = 0; Media Type = LTO-9; Archive Device = ${DRIVE_NST[0]}
  AutomaticMount = yes; AlwaysOpen = yes; RemovableMedia = yes; RandomAccess = no; AutoChanger = yes
}
CONF
}
configure
btape() {
    chroot "$place" env LD_LIBRARY_PATH=/var/packages/lib/bacula:/var/packages/lib/x86_64-linux-gnu LANG=C.UTF-8 \
        timeout 100 /var/packages/sbin/btape -c /etc/bacula/bacula-sd.conf "$@" 2>&1
}
script() { chroot "$place" /etc/bacula/scripts/mtx-changer "$@" 2>&1; }
check 'mtx-changer slots' eval '[ "$(script $CHANGER_SG slots)" = 6 ]'
check 'mtx-changer list' eval 'script $CHANGER_SG list | tee /dev/stderr | grep -q "^ *3:CAP003L9"'
check 'mtx-changer listall' eval 'script $CHANGER_SG listall | tee /dev/stderr | grep -q "^S:6:E"'
check 'mtx-changer load' script "$CHANGER_SG" load 1 "${DRIVE_NST[0]}" 0
check 'mtx-changer loaded' eval '[ "$(script $CHANGER_SG loaded 0 ${DRIVE_NST[0]} 0)" = 1 ]'

# The question is whether the changer is to be tested.
test_log=$RIG_WORK/btape-test.log
check 'btape test' eval "printf 'test\ny\nquit\n' | btape ${DRIVE_NST[0]} >$test_log"
cat "$test_log"
has() { check "btape test: $1" grep -q -- "$2" "$test_log"; }
count() { check "btape test: $1" test "$(grep -c -- "$2" "$test_log")" = "$3"; }
count 'writes 20000 blocks, reads them again, and finds blocks by position' '=== Test Succeeded' 2
has 'appends' 'We should be in file 4. I am at file 4. This is correct'
# Its own words: both must be the same.
scans() { sed -n "/$1/,/^Total files/{/^[0-9]* blocks\? of\|^End of File\|^Total/p}" "$test_log"; }
check 'btape test: the scan is the sample output' diff <(scans 'Doing Bacula scan') <(scans 'Sample correct output')
has 'backspaces over a filemark and a block' 'Block re-read correct. Test succeeded'
count 'spaces over files' 'This is correct!' 6
has 'its changer test works' 'The test autochanger worked!!'
check 'btape test: nothing went wrong' eval "! grep -Ei 'error|fail|incorrect|wrong' $test_log | grep -v 'should be no I/O errors'"

check 'it stops' stop_served

# Two tapes that the changer has in slots 1 and 2 are filled (m: the complete test), and read back. It reads 10000 records (330 MB) of the
# first one before it changes the tape: a shorter tape fails with it.
check 'a library of short tapes' make_library u 1 3 0 3 --capacity 400M --no-sync
check 'it appears' serve_library u || return
configure
check 'the first tape' script "$CHANGER_SG" load 1 "${DRIVE_NST[0]}" 0
fill_log=$RIG_WORK/btape-fill.log
check 'btape fill' eval "printf 'fill\nm\n\n\nquit\n' | btape ${DRIVE_NST[0]} >$fill_log"
cat "$fill_log"
check 'btape fill: both tapes hold what was written' grep -q 'The last block on the second tape matches. Test succeeded' "$fill_log"
check 'it stops' stop_served
check 'nothing is left' has_no_objects
