# The largest transfer of one command: what is told works, with direct I/O and without; a block more is refused by name.
# timeout: 240
. tests/rig/served.sh
load_scsi; load_tcmu

field() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$1" "$2"; }

# at_the_limit NAME NODE
at_the_limit() {
    local name=$1 node=$2 limit more back=$RIG_TMP/back dio
    for dio in 0 1; do
        echo $dio >/sys/module/sg/parameters/allow_dio
        check "$name, direct I/O $dio: status" capstan drive status --device "$node" --output-format json
        limit=$(field "$checked" maximum_transfer_bytes)
        printf '%s direct I/O %s: the limit is %s\n' "$name" "$dio" "$limit"
        check "$name, direct I/O $dio: the limit is that of $3" test "$limit" = "$4"
        # tgt's drive has no longer blocks; the transport itself is tried below.
        [ "$limit" -le "$(field "$checked" maximum_block_length)" ] || limit=$(field "$checked" maximum_block_length)
        more=$((limit + 512))
        head -c $((3 * limit)) /dev/urandom >"$RIG_TMP/data"
        check "$name, direct I/O $dio: three blocks of the limit" capstan --trace "$RIG_WORK/trace" drive write "$RIG_TMP/data" --at start --block-size "$limit" --device "$node"
        check "$name, direct I/O $dio: in three commands" test "$(grep -c 'WRITE(6)\| 0a 00 ' "$RIG_WORK/trace")" = 3
        check "$name, direct I/O $dio: read" capstan drive read "$back" --at start --block-size "$limit" --device "$node"
        same "$name, direct I/O $dio: every byte" "$RIG_TMP/data" "$back"
        rm -f "$back"
        # Too long a block: nothing reaches the tape.
        head -c $((2 * more)) /dev/zero >"$RIG_TMP/more"
        check_status "$name, direct I/O $dio: a block more is refused" 2 capstan drive write "$RIG_TMP/more" --at start --block-size "$more" --device "$node"
        check "$name, direct I/O $dio: by name" grep -q "to $limit bytes. Nothing was written" "$checked"
        check "$name, direct I/O $dio: read again" capstan drive read "$back" --at start --device "$node"
        same "$name, direct I/O $dio: the tape is as it was" "$RIG_TMP/data" "$back"
        rm -f "$back"
    done
}

tests=$(ls -t artifacts/bin/Capstan.Transport.SgIo.Tests/*/Capstan.Transport.SgIo.Tests.dll 2>/dev/null | head -n 1)
contract() {
    local name=$1 node=$2
    if [ -n "$tests" ]; then
        check "$name: the transport itself, with a page more" env CAPSTAN_TEST_SG="$node" dotnet "$tests" -noLogo -noColor -class Capstan.Transport.SgIo.Tests.RealDeviceTests
        check "$name: nothing was skipped" grep -q 'Skipped: 0' "$checked"
    else
        skip "$name: the transport itself" 'Capstan.Transport.SgIo.Tests is not built'
    fi
}

check 'library made' capstan library create t --cartridges 1 --capacity 400M
check 'drive appears' serve_drive t
# 256 segments that must not cross a page (drivers/target/loopback/tcm_loop.c).
at_the_limit 'tcm_loop' "$SERVED_SG" 'its segment table' 1048576
contract 'tcm_loop' "$SERVED_SG"

check 'it stops' stop_served

check 'the tape drive of tgt appears' start_tgt_tape 200
# The block layer's default (BLK_DEF_MAX_SECTORS) comes before 4096 segments.
at_the_limit 'iscsi_tcp' "$SG" 'max_sectors' 1310720
contract 'iscsi_tcp' "$SG"
