# A drive of a virtual library in the guest's kernel; sourced by scenarios that want one.

# serve_drive LIBRARY [OPTION...]: sets SERVED_SG, SERVED_ST, SERVED_NST and SERVER (its process).
serve_drive() {
    local log=$RIG_TMP/serve.log
    : >"$log"
    # Not through the function capstan: a signal has to reach the program itself. A shell starts what runs in the background with
    # SIGINT ignored, hence env.
    case $RIG_CAPSTAN in
        *.dll) env --default-signal=INT dotnet "$RIG_CAPSTAN" library serve "$@" >"$log" 2>&1 & ;;
        *) env --default-signal=INT "$RIG_CAPSTAN" library serve "$@" >"$log" 2>&1 & ;;
    esac
    SERVER=$!
    if ! wait_for 20 grep -q ' and /dev/st' "$log"; then
        log "no served drive: $(cat "$log")"
        return 1
    fi
    SERVED_SG=$(grep -o '/dev/sg[0-9]*' "$log" | head -n 1)
    SERVED_ST=$(grep -o '/dev/st[0-9]*' "$log" | head -n 1)
    SERVED_NST=/dev/n${SERVED_ST#/dev/}
    wait_for 5 test -c "$SERVED_NST"
}

# Ends the server as a service manager does, and returns its exit status.
stop_served() {
    kill -TERM "$SERVER"
    wait "$SERVER"
}

# While the server stands still a command is surely running: the backup cannot end before the fault comes.
frozen() {
    local fault
    kill -STOP "$SERVER"
    "$@" &
    fault=$!
    sleep 1
    kill -CONT "$SERVER"
    wait "$fault"
}

has_no_objects() { ! ls -d /sys/kernel/config/target/core/user_9840 /sys/kernel/config/target/loopback/naa.* 2>/dev/null; }

# make_library NAME DRIVES SLOTS MAIL_SLOTS CARTRIDGES [OPTION...]
make_library() {
    local name=$1 drives=$2 slots=$3 mail=$4 cartridges=$5
    shift 5
    capstan library create "$name" --changer "${changer:-ibm-ts3200}" --drives "${drives}xLTO-9" --slots "$slots" --mail-slots "$mail" --cartridges "$cartridges" "$@"
}

# serve_library LIBRARY [OPTION...]: sets LIBRARY_LOG (what it said), DRIVE_SG, DRIVE_ST and DRIVE_NST (arrays, by mtx's numbers),
# CHANGER_SG, CHANGER_SCH and SERVER.
serve_library() {
    LIBRARY_LOG=$RIG_TMP/serve.log
    : >"$LIBRARY_LOG"
    case $RIG_CAPSTAN in
        *.dll) env --default-signal=INT dotnet "$RIG_CAPSTAN" library serve "$@" >"$LIBRARY_LOG" 2>&1 & ;;
        *) env --default-signal=INT "$RIG_CAPSTAN" library serve "$@" >"$LIBRARY_LOG" 2>&1 & ;;
    esac
    SERVER=$!
    if ! wait_for 20 grep -q 'is served.*takes it back' "$LIBRARY_LOG"; then
        log "no served library: $(cat "$LIBRARY_LOG")"
        return 1
    fi
    cat "$LIBRARY_LOG"
    DRIVE_SG=($(grep -v '/changer ' "$LIBRARY_LOG" | grep -o '/dev/sg[0-9]*'))
    DRIVE_ST=($(grep -o '/dev/st[0-9]*' "$LIBRARY_LOG"))
    DRIVE_NST=("${DRIVE_ST[@]/\/dev\/st//dev/nst}")
    CHANGER_SG=$(grep '/changer ' "$LIBRARY_LOG" | grep -o '/dev/sg[0-9]*')
    CHANGER_SCH=$(grep -o '/dev/sch[0-9]*' "$LIBRARY_LOG")
    return 0
}
