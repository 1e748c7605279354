# Encryption of a served drive as stenc sees it, and as we do; and a drive that has none (tgt).
# timeout: 120
. tests/rig/served.sh
load_scsi; load_tcmu
check 'library made' capstan library create t --cartridges 2 --capacity 200M
check 'drive appears' serve_drive t
N=$SERVED_NST
refused() { local out status; out=$("$@" 2>&1); status=$?; printf '%s\n' "$out"; [ "$status" -ne 0 ]; }
says() { local wanted=$1 out status; shift; out=$("$@" 2>&1); status=$?; printf '%s\n' "$out"; [ "$status" -eq 0 ] && grep -q -- "$wanted" <<<"$out"; }
refused_saying() { local wanted=$1 out status; shift; out=$("$@" 2>&1); status=$?; printf '%s\n' "$out"; [ "$status" -ne 0 ] && grep -q -- "$wanted" <<<"$out"; }
# stenc ends with 1 where the drive cannot tell what comes next, as on a blank tape.
shows() { local wanted=$1 out; shift; out=$("$@" 2>&1); printf '%s\n' "$out"; grep -q -- "$wanted" <<<"$out"; }
reads() { mt -f "$N" rewind && dd if="$N" of="$RIG_TMP/back" bs=64k 2>&1; }
writes() { mt -f "$N" rewind && dd if="$RIG_TMP/data" of="$N" bs=64k 2>&1; }
enc() { capstan drive encryption "$@" --device "$SERVED_SG"; }

head -c 1000000 /dev/urandom >"$RIG_TMP/data"
umask 077
check 'a key of ours' capstan drive encryption generate-key "$RIG_TMP/a.key" --description 'first key'
check 'another' capstan drive encryption generate-key "$RIG_TMP/b.key" --description 'second key'
check 'stenc: status, no key' shows 'Not encrypting' stenc -f "$N" --detail
check 'stenc sets a key (our file is its format)' stenc -f "$N" -a 1 -e on -k "$RIG_TMP/a.key"
check 'stenc: status' shows 'first key' stenc -f "$N" --detail
check 'we see it' says "'first key'" enc status
check 'dd writes' writes
check 'dd reads' reads
same 'what came back' "$RIG_TMP/data" "$RIG_TMP/back"
mt -f "$N" rewind
check 'the next block is encrypted' says 'next block object 0: encrypted, key .first key' enc status
mt -f "$N" rewind
check 'stenc: the volume is encrypted' says 'Volume Encryption' stenc -f "$N" --detail

check 'stenc turns it off' stenc -f "$N" -e off
check 'we see that' says 'in clear' enc status
check 'dd reads nothing without the key' refused reads
mt -f "$N" rewind
check 'stenc names the key of the tape' says 'first key' stenc -f "$N" --detail

check 'we set the wrong key' says 'second key' enc on --key-file "$RIG_TMP/b.key"
check 'stenc sees it' says 'second key' stenc -f "$N" --detail
check 'dd reads nothing with the wrong key' refused reads
check 'we set the right one' enc on --key-file "$RIG_TMP/a.key"
check 'dd reads again' reads
same 'what came back again' "$RIG_TMP/data" "$RIG_TMP/back"

# A tape in clear: on does not read it, mixed does.
check 'off' enc off
check 'dd writes in clear' writes
check 'on' stenc -f "$N" -a 1 -e on -k "$RIG_TMP/a.key"
check 'dd does not read what is in clear' refused reads
check 'mixed' stenc -f "$N" -a 1 -e mixed -k "$RIG_TMP/a.key"
check 'dd reads it' reads
same 'what came back in clear' "$RIG_TMP/data" "$RIG_TMP/back"

# Raw: ciphertext, where that was allowed.
check 'written to be read raw' eval 'stenc -f "$N" -a 1 -e on -k "$RIG_TMP/a.key" --unprotect && writes'
check 'rawread' enc rawread
check 'dd reads it raw' eval 'mt -f "$N" rewind && dd if="$N" of="$RIG_TMP/raw" bs=256k count=1 2>&1'
check 'that is no plaintext, and longer' eval '! cmp -s -n 1000 "$RIG_TMP/raw" "$RIG_TMP/data" && [ "$(stat -c %s "$RIG_TMP/raw")" -gt 65536 ]'
check 'protected again' eval 'stenc -f "$N" -a 1 -e on -k "$RIG_TMP/a.key" --protect && writes && enc rawread'
check 'dd does not read it raw' refused reads

check 'the algorithm index is the drive'"'"'s' refused stenc -f "$N" -a 0 -e on -k "$RIG_TMP/a.key"
check 'the key goes with the tape' eval 'stenc -f "$N" -a 1 -e on -k "$RIG_TMP/a.key" --ckod && mt -f "$N" offline && mt -f "$N" load && says "in clear" enc status'

# A backup through the kernel, with the key of stenc.
check 'erased' eval 'enc off && mt -f "$N" rewind && mt -f "$N" erase 0; mt -f "$N" rewind'
check 'key for a backup' stenc -f "$N" -a 1 -e on -k "$RIG_TMP/a.key"
mkdir "$RIG_TMP/tree" && cp "$RIG_TMP/data" "$RIG_TMP/tree/"
check 'backup' says "first key" capstan backup "$RIG_TMP/tree" --device "$SERVED_SG" --label CRYPT
check 'off' stenc -f "$N" -e off
check_status 'restore without the key' 4 capstan restore latest --to "$RIG_TMP/none" --device "$SERVED_SG"
check_status 'backup without the key' 4 capstan backup "$RIG_TMP/tree" --device "$SERVED_SG"
check 'key again' enc on --key-file "$RIG_TMP/a.key"
check 'restore' capstan restore latest --to "$RIG_TMP/out" --device "$SERVED_SG"
compare_restored() { diff -r "$RIG_TMP/tree" "$(find "$RIG_TMP/out" -type d -name tree)"; }
check 'every byte' compare_restored
check 'stops' stop_served
check 'the embedded drive has the key still' says "'first key'" capstan drive encryption status --device virtual:t
check 'off at last' capstan drive encryption off --device virtual:t
check 'no key is left in memory' eval '! ls /run/capstan/* /dev/shm/capstan-0/* 2>/dev/null'

check 'the tape drive of tgt appears' start_tgt_tape 20
check_status 'tgt: cannot encrypt (status)' 6 capstan drive encryption status --device "$SG"
check_status 'tgt: cannot encrypt (on)' 6 capstan drive encryption on --key-file "$RIG_TMP/a.key" --device "$SG"
check 'tgt: that is said' refused_saying 'this drive.*cannot encrypt' capstan drive encryption on --key-file "$RIG_TMP/a.key" --device "$SG"
check 'it ends' stop_tgt
