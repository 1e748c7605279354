# How fast the way to a drive is that throws away what it gets. No check on time: the numbers are for reading.
# timeout: 100
. tests/rig/served.sh
load_scsi; load_tcmu
check 'library made' capstan library create t --cartridges 1
check 'discarding drive appears' serve_drive t --cartridge null
rate() { sed -n 's/.*, \([0-9.]* [kMG]B\/s\)$/\1/p'; }
for size in 64k 256k 512k 1M; do
    for i in 1 2; do
        log "dd bs=$size write: $(dd if=/dev/zero of="$SERVED_ST" bs=$size count=$((2 * 1024 * 1024 * 1024 / $(numfmt --from=iec ${size^^}))) 2>&1 | rate)"
    done
done
mt -f "$SERVED_NST" rewind
check 'two gibibytes written' dd if=/dev/zero of="$SERVED_NST" bs=256k count=8192
mt -f "$SERVED_NST" rewind
check 'and read back' dd if="$SERVED_NST" of=/dev/null bs=256k
for size in 1M 1044480 1048577 1052672 2M 4M 8M; do
    mt -f "$SERVED_NST" rewind
    log "one block of $size: $(dd if=/dev/zero of="$SERVED_NST" bs=$size count=1 2>&1 | tail -n 1)"
done
check 'stops' stop_served
