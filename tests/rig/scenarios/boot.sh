# The guest boots, its modules load, and it cannot write to the machine's files.
check 'a kernel of its own' grep -q 'User Mode Linux\|Linux' /proc/version
check 'modules load' load_scsi
check 'modules of the SCSI target load' load_tcmu
check 'the file tree is read-only' ends_with 1 touch "$RIG_ROOT/artifacts/rig-was-here"
check 'its own directory is writable' touch "$RIG_WORK/file"
check 'the program starts' capstan --version
