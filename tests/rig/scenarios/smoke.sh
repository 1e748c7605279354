# A tape drive that others wrote appears behind the kernel.
check 'the tape drive of tgt appears' start_tgt_tape 50
check 'sg_inq' sg_inq "$SG"
check 'the kernel tape driver has it' mt -f "$NST" status
check 'lsscsi lists both nodes' grep -E "IET.*$ST.*$SG" <(lsscsi -g)
check 'capstan looks at it' capstan drive status --device "$SG"
check 'it ends' stop_tgt
