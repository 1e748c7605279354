# Reservations, self-test, clock and dump of a served drive: foreign programs (sg3_utils) and our verbs agree.
# Persistent reservations of a served drive are answered by LIO, which knows the initiators.
# timeout: 120
. tests/rig/served.sh
# LIO writes what is registered to a file there, and fails a registration where it cannot (target_core_pr.c).
mkdir -p /etc/target/pr /var/target/pr
load_scsi; load_tcmu
check 'library made' capstan library create t --cartridges 2 --capacity 2G
check 'drive appears' serve_drive t
S=$SERVED_SG
ours() { capstan --quiet drive "$@" --device "$S"; }
agrees() { local theirs; theirs=$("${@:2}" 2>&1); printf '%s\n' "$theirs"; printf '%s' "$theirs" | grep -qi "$1"; }

check 'nobody is registered' eval 'ours reservations | grep -q "every host may use"'
check 'sg_persist: register' sg_persist --out --register --param-sark=0xab "$S"
check 'ours sees the key' eval 'ours reservations | grep -q "registered: 0x00000000000000ab"'
check 'sg_persist: reserve, exclusive access' sg_persist --out --reserve --param-rk=0xab --prout-type=3 "$S"
check 'sg_persist: its own reading' agrees 'Exclusive Access' sg_persist --in --read-reservation "$S"
check 'ours: reserved, exclusive access' eval 'ours reservations | grep -q "reserved: exclusive access"'
check 'sg_persist: full status' sg_persist --in --read-full-status "$S"
check 'ours: full status in JSON' eval 'ours reservations --output-format json | grep -q "\"is_holder\":true"'
check 'sg_persist: release' sg_persist --out --release --param-rk=0xab --prout-type=3 "$S"
check 'ours: no reservation' eval 'ours reservations | grep -q "not reserved"'
check 'ours: break what is registered' ours release --break
check 'sg_persist: nobody is registered' agrees 'no registered reservation keys' sg_persist --in --read-keys "$S"
check 'ours: reserve' ours reserve
check 'sg_persist sees it' agrees 'Exclusive Access' sg_persist --in --read-reservation "$S"
check 'ours: release' ours release
check 'sg_senddiag: default self-test' sg_senddiag --test "$S"
check 'sg_senddiag: pages' sg_senddiag --list "$S"
check 'ours: self-test' ours self-test
check 'sg_timestamp: set' sg_timestamp --milliseconds=1795420800000 "$S"
check 'ours: the same time' eval 'ours timestamp | grep -q "^2026-11-23 08:00:0"'
check 'ours: set' ours timestamp --set 2026-11-24T10:00:00Z
check 'sg_timestamp: the same time' eval 'sg_timestamp "$S" | tee /dev/stderr | grep -q "17955144\|1795514"'
check 'sg_read_buffer: descriptor' sg_read_buffer --mode=desc --id=1 "$S"
check 'ours: dump' ours dump --to "$RIG_TMP/dump"
check 'a protected backup and its restore' eval 'capstan backup docs --protect --device "$S" && capstan restore latest --to "$RIG_TMP/back" --protect --device "$S" && diff -r docs "$RIG_TMP/back/docs"'
check 'the server ends' stop_served
