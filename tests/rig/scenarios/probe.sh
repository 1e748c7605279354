# timeout: 120
# capstan drive probe measures the way to tgt's drive through the kernel, with and without direct I/O: sg's, and that of st's node.
check 'the tape drive of tgt appears' start_tgt_tape 200
export CAPSTAN_DRIVE=$SG
check 'probe without writing' capstan drive probe
# sg may not. Who has CAP_SYS_RAWIO sends data through the node of st that he holds; nobody else may.
check 'without leave for sg, with CAP_SYS_RAWIO' capstan drive probe --write --yes --size 1M
check 'data go through the node of st, uncopied' grep -Eq '^direct I/O +safe' "$checked"
check 'without both' setpriv --inh-caps=-sys_rawio --bounding-set=-sys_rawio "${capstan_command[@]}" drive probe --write --yes --size 1M
check 'they go through sg, copied' grep -Eq '^direct I/O +unavailable' "$checked"
echo 1 >/sys/module/sg/parameters/allow_dio
check_status 'writing needs --yes' 2 capstan drive probe --write
check 'probe with writing' capstan drive probe --write --yes --size 4M
cp "$checked" "$RIG_TMP/said"
cat "$RIG_TMP/said" >"$RIG_WORK/probe.txt"
# tgt reports as missing what it read (usr/bs_ssc.c, resp_var_read).
check 'it finds that tgt does not count rightly' grep -Eq '^residual +wrong' "$RIG_TMP/said"
check 'it names the adapter' grep -Eq '^adapter +iscsi_tcp' "$RIG_TMP/said"
check 'it is remembered' grep -q largest_transfer_bytes "$CAPSTAN_HOME"/drives/*.json
head -c 1000000 /dev/urandom >"$RIG_TMP/data"
check 'the next write uses it' capstan drive write "$RIG_TMP/data" --at start
check 'the next read uses it' capstan drive read "$RIG_TMP/back" --at start
same 'what came back' "$RIG_TMP/data" "$RIG_TMP/back"
check 'it ends' stop_tgt
