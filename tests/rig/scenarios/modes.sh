# Mode pages, densities, timeouts and options of the served drive before sg3_utils; the same verbs on a drive that lacks most of it.
# timeout: 150
. tests/rig/served.sh
load_scsi; load_tcmu
says() { local wanted=$1 out; shift; out=$("$@" 2>&1) || { printf '%s\n' "$out"; return 1; }; printf '%s\n' "$out"; grep -q -- "$wanted" <<<"$out"; }
check 'library made' capstan library create t --cartridges 2 --capacity 30M
check 'drive appears' serve_drive t
sg_turs "$SERVED_SG" >/dev/null 2>&1
D=$SERVED_SG
check 'sg_modes: all pages' says '11 0e 03 00' sg_modes -a "$D"
check 'sg_modes: all subpages' says '4a f0 00 1c' sg_modes -a -a "$D"
check 'sg_modes: a subpage' says '50 01 00 1c' sg_modes -p 0x10,0x1 "$D"
check 'sg_modes: changeable and default values' eval 'sg_modes -p 0xf -c 1 "$D" && sg_modes -p 0xf -c 2 "$D"'
check 'sg_modes: no saved values' bash -c "! sg_modes -p 0xf -c 3 $D"
check 'sg_modes: a page that is not there' bash -c "! sg_modes -p 0x3e $D"
check 'sg_opcodes: REPORT DENSITY SUPPORT' says 'Report density support' sg_opcodes "$D"
check 'sg_opcodes: timeouts' says '2940' sg_opcodes --rctd "$D"
check 'densities come through the kernel' eval 'sg_raw -r 4096 "$D" 44 00 00 00 00 00 00 10 00 00 2>&1 | capstan drive density --in - | grep -q LTO-9'
check 'modes of what sg_modes printed' eval 'sg_modes -p 0xf -r "$D" | capstan drive modes --in - | grep -q DCE'
check 'capstan drive modes' says 'Device Configuration Extension' capstan drive modes --device "$D"
check 'capstan drive density' says 'in the drive: LTO-9' capstan drive density --device "$D"
check 'capstan drive options: off' says 'compression   off' capstan drive options compression=off --device "$D"
check 'sg_modes sees it' says '0f 0e 40 80' sg_modes -p 0xf "$D"
check 'mt sees the block length that capstan sets' eval 'capstan drive options block-length=64K --device "$D" && mt -f "$SERVED_NST" status | grep -q "block size 65536"'
check 'a movement leaves it' eval 'capstan drive rewind --device "$D" && capstan drive options --device "$D" | grep -q "64 KiB"'
check 'capstan drive options --defaults' says 'block-length  variable' capstan drive options --defaults --device "$D"
check 'capstan drive status' says 'activity' capstan drive status --device "$D"
check 'stops' stop_served
check 'an HPE LTO-8 library' capstan library create h --drive hpe-lto8 --cartridges 1 --capacity 30M
check 'its drive appears' serve_drive h
check 'sg_inq' says 'Ultrium 8-SCSI' sg_inq "$SERVED_SG"
check 'its timeouts' says '53040' sg_opcodes --rctd "$SERVED_SG"
check 'stops again' stop_served

# tgt's drive: what it lacks is said as that (usr/ssc.c has mode pages 0Fh, 10h and 11h at most, and no REPORT DENSITY SUPPORT of its own).
check 'the tape drive of tgt appears' start_tgt_tape 50
export CAPSTAN_DRIVE=$SG
check 'tgt: status' says 'state' capstan drive status
check 'tgt: modes' says 'page 02' capstan drive modes
check_status 'tgt: a page that it has not' 6 capstan drive modes 1a
check 'tgt: says so' grep -q 'cannot show mode page 1A' "$checked"
capstan drive density >"$RIG_WORK/tgt-density.txt" 2>&1; echo "status $?" >>"$RIG_WORK/tgt-density.txt"
capstan drive options compression=off >"$RIG_WORK/tgt-options.txt" 2>&1; echo "status $?" >>"$RIG_WORK/tgt-options.txt"
capstan drive status >"$RIG_WORK/tgt-status.txt" 2>&1
check 'tgt: density says what it can' eval 'grep -Eq "cannot tell which densities|CODE" "$RIG_WORK/tgt-density.txt"'
check 'tgt: options say what they can' eval 'grep -Eq "cannot|compression" "$RIG_WORK/tgt-options.txt"'
check 'it ends' stop_tgt
