# The conformance classes against our own drive as the kernel has it: library serve, LIO, this kernel's /dev/sgN.
# timeout: 120
. tests/rig/served.sh
program=artifacts/bin/Capstan.Conformance.Kernel/debug/Capstan.Conformance.Kernel.dll
if ! [ -e "$program" ]; then
    skip 'conformance' "$program is not built: dotnet build tests/Capstan.Conformance.Kernel"
    return
fi
# What was measured, for docs/targets: cp artifacts/rig/conformance-served/measured/*.tsv docs/targets/
export CAPSTAN_MEASURED=$RIG_OUT/measured
load_scsi; load_tcmu
# Short, so that its end is reached.
check 'library made' capstan library create t --cartridges 1 --capacity 64M
check 'drive appears' serve_drive t || return
CAPSTAN_TEST_SG=$SERVED_SG check 'our drive through the kernel' dotnet "$program" -noLogo -noColor
grep -E 'Total: ' "$checked"
check 'the server is alive behind it' kill -0 "$SERVER"
check 'stops' stop_served

# The changer of a library, by itself: its drives are the classes' to load.
check 'library with a changer' make_library c 2 8 2 4 --capacity 64M || return
check 'it appears' serve_library c || return
CAPSTAN_TEST_SG_CHANGER=$CHANGER_SG check 'our changer through the kernel' dotnet "$program" -noLogo -noColor
grep -E 'Total: ' "$checked"
check 'the server is alive behind that' kill -0 "$SERVER"
check 'stops again' stop_served
