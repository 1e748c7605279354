# The contract of every transport, against a node of a real kernel.
# timeout: 120
check 'the tape drive of tgt appears' start_tgt_tape 50
tests=$(ls -t artifacts/bin/Capstan.Transport.SgIo.Tests/*/Capstan.Transport.SgIo.Tests.dll 2>/dev/null | head -n 1)
if [ -n "$tests" ]; then
    check 'transport contract on the kernel' env CAPSTAN_TEST_SG="$SG" dotnet "$tests" -noLogo -noColor -class Capstan.Transport.SgIo.Tests.RealDeviceTests
    check 'nothing was skipped for want of a device' grep -q 'Skipped: 0' "$checked"
else
    skip 'transport contract on the kernel' 'Capstan.Transport.SgIo.Tests is not built'
fi
