# Reservations, self-test, clock and dump of a served drive: foreign programs (sg3_utils) and our verbs agree.
# Persistent reservations do not reach a drive behind target_core_user: the kernel's target refuses them (emulate_pr 0).
# timeout: 120
. tests/rig/served.sh
load_scsi; load_tcmu
check 'library made' capstan library create t --cartridges 2 --capacity 2G
check 'drive appears' serve_drive t
S=$SERVED_SG
ours() { capstan --quiet drive "$@" --device "$S"; }
agrees() { local theirs; theirs=$("${@:2}" 2>&1); printf '%s\n' "$theirs"; printf '%s' "$theirs" | grep -qi "$1"; }

check 'sg_persist: the kernel target refuses' eval '! sg_persist --in --read-keys "$S"'
check 'ours says so' eval 'ours reservations 2>&1 | grep -q "cannot keep itself for one host"'
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
