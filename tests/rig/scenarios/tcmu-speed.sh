# How fast the way to a drive is that throws away what it gets. No check on time: the numbers are for reading.
# timeout: 60
. tests/rig/served.sh
load_scsi; load_tcmu
check 'library made' capstan library create t --cartridges 1
check 'discarding drive appears' serve_drive t --cartridge null
rate() { sed -n 's/.*, \([0-9.]* [kMG]B\/s\)$/\1/p'; }
log "64 KiB: $(dd if=/dev/zero of="$SERVED_ST" bs=64k count=4096 2>&1 | rate)"
log "256 KiB: $(dd if=/dev/zero of="$SERVED_ST" bs=256k count=4096 2>&1 | rate)"
log "1 MiB: $(dd if=/dev/zero of="$SERVED_ST" bs=1M count=1024 2>&1 | rate)"
mt -f "$SERVED_NST" rewind
check 'a gibibyte written' dd if=/dev/zero of="$SERVED_NST" bs=256k count=4096
mt -f "$SERVED_NST" rewind
check 'and read back' dd if="$SERVED_NST" of=/dev/null bs=256k
mt -f "$SERVED_NST" rewind
check 'a block of 1 MiB' dd if=/dev/zero of="$SERVED_NST" bs=1M count=2
# drivers/target/loopback/tcm_loop.c: 256 segments of a page each.
more_is_refused() { ! dd if=/dev/zero of="$SERVED_NST" bs=1048577 count=1; }
check 'one byte more is refused: the limit is that of tcm_loop' more_is_refused
# Two blocks, and the filemark that st writes at each of the two closes.
check 'position: nothing of it came' bash -c "mt -f $SERVED_NST tell | tee /dev/stderr | grep -q 'At block 4[.]'"
check 'stops' stop_served
