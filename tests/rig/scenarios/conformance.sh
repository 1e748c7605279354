# The conformance classes against a tape drive and a changer that others wrote, through this kernel's /dev/sgN.
# timeout: 120
program=artifacts/bin/Capstan.Conformance.Kernel/debug/Capstan.Conformance.Kernel.dll
if ! [ -e "$program" ]; then
    skip 'conformance' "$program is not built: dotnet build tests/Capstan.Conformance.Kernel"
    return
fi
export CAPSTAN_MEASURED=$RIG_OUT/measured

# A tape is short, so that its end is reached.
check 'the tape drive of tgt appears' start_tgt_tape 100 || return
CAPSTAN_TEST_SG=$SG check 'tape drive of tgt' dotnet "$program" -noLogo -noColor
grep -oE 'Total: .*' "$checked"
check 'it ends' stop_tgt
