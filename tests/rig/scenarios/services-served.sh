# Reservations, self-test, clock and dump of a served drive: foreign programs (sg3_utils) and our verbs agree.
# timeout: 120
. tests/rig/served.sh
load_scsi; load_tcmu
check 'library made' capstan library create t --cartridges 2 --capacity 2G
check 'drive appears' serve_drive t
S=$SERVED_SG
ours() { capstan --quiet drive "$@" --device "$S"; }
agrees() { local theirs; theirs=$("${@:2}" 2>&1); printf '%s\n' "$theirs"; printf '%s' "$theirs" | grep -qi "$1"; }

check 'sg_persist: no keys' agrees 'NO registered reservation keys' sg_persist --in --read-keys "$S"
check 'sg_persist: what it can do' agrees 'Exclusive Access' sg_persist --in --report-capabilities "$S"
check 'sg_persist: registers' sg_persist --out --register --param-sark=0xabc123 "$S"
check 'ours: the key' eval 'ours reservations | tee /dev/stderr | grep -qi "abc123"'
check 'sg_persist: reserves' sg_persist --out --reserve --param-rk=0xabc123 --prout-type=3 "$S"
check 'sg_persist: reads the reservation' agrees 'Exclusive Access' sg_persist --in --read-reservation "$S"
check 'ours: exclusive access' eval 'ours reservations | tee /dev/stderr | grep -qi "exclusive access"'
check 'its holder works on' sg_turs "$S"
check 'sg_persist: full status' agrees 'abc123' sg_persist --in --read-full-status "$S"
check 'sg_persist: releases' sg_persist --out --release --param-rk=0xabc123 --prout-type=3 "$S"
check 'sg_persist: the reservation is gone' agrees 'no reservation held' sg_persist --in --read-reservation "$S"
check 'sg_persist: clears' sg_persist --out --clear --param-rk=0xabc123 "$S"
check 'ours: reserves' ours reserve
check 'sg_persist: sees ours' agrees 'Exclusive Access' sg_persist --in --read-reservation "$S"
check 'ours: releases' ours release
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
