#!/bin/bash
# The guest's first process: makes the guest's own file systems, runs the scenario, and ends the kernel.
# The machine's file tree is mounted read-only; of it only $RIG_OUT can be written.
set -u
export HOME=/tmp/rig/home RIG_TMP=/tmp/rig LANG=C.UTF-8 TERM=dumb
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_TieredPGO=0 DOTNET_EnableDiagnostics=0
# Memory that is written to and run is mapped twice otherwise, and each change of a mapping costs the guest much.
export DOTNET_EnableWriteXorExecute=0
unset CAPSTAN_DRIVE CAPSTAN_DEBUG TAPE

mount -t proc proc /proc
mount -t sysfs sys /sys
mountpoint -q /dev || mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
ln -sf /proc/self/fd /dev/fd
ln -sf fd/0 /dev/stdin
ln -sf fd/1 /dev/stdout
ln -sf fd/2 /dev/stderr
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /run
mkdir -p /run/lock /run/rig/repository
# A repository that lies below one of the directories that are covered next stays reachable.
mount --bind "$RIG_ROOT" /run/rig/repository
mount -t tmpfs -o "size=$RIG_TMP_SIZE" tmpfs /tmp
for folder in /var/tmp /var/lib/iscsi /var/lib/tgt /var/log; do
    [ -d "$folder" ] && [ ! -L "$folder" ] && mount -t tmpfs tmpfs "$folder"
done
if [ -d /etc/iscsi ]; then
    cp -a /etc/iscsi /run/rig/iscsi
    mount --bind /run/rig/iscsi /etc/iscsi
fi
if ! [ -e "$RIG_ROOT/tests/rig/boot.sh" ]; then
    mkdir -p "$RIG_ROOT"
    mount --bind /run/rig/repository "$RIG_ROOT"
fi
mount -t hostfs -o "$RIG_OUT" none "$RIG_OUT"
mkdir -p "$HOME"
ip link set lo up

(
    cd "$RIG_ROOT" || exit 1
    . tests/rig/guest.sh
    . "tests/rig/scenarios/$RIG_SCENARIO.sh"
) >>"$RIG_OUT/log" 2>&1 </dev/null
status=$?
{ printf '== what the kernel said\n'; dmesg | tail -n 300; } >>"$RIG_OUT/kernel.log" 2>&1
printf 'END %s\n' "$status" >>"$RIG_OUT/results"
poweroff -f 2>/dev/null || echo o >/proc/sysrq-trigger
# The one who booted it kills it now.
sleep 60
