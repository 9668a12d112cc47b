# services.sh: the processes of an instance as s6 service directories under one s6-svscan. Sourced by instance.sh.
# shellcheck shell=bash

families() {
    local program
    for program in "$APP"/bin/muster-*; do
        program=${program##*/muster-}
        [[ $program == library || $program == jobs || $program == '*' ]] || printf '%s\n' "$program"
    done
}

# Services that nobody asks: they look for work in the database.
workers() {
    [[ ! -x $APP/bin/muster-jobs ]] || echo jobs
}

# Services that answer requests, in the order of their start: a pool of processes a family, and those that some of its rows want
# besides (ROUTE_HASHES, ROUTE_UPLOAD), "auth-hash".
pools() {
    local family
    families
    for family in $(families); do
        "$APP/bin/muster-$family" --pools
    done
}

# What the scripts of a service take from here: the words that make its user, and who may use its socket.
given() { # NAME
    printf "become='%s'\n" "$(become_service "$1")"
    ! is_separate || printf "owner='%s'\nsocket_owner='-U %s -G %s -M 0660'\n" "$(user_of "$1")" "$(user_of "$1")" "$(user_of nginx)"
}

make_service() { # NAME TEMPLATE
    local dir=$SERVICES/$1 from=$SHARE/instance/services
    mkdir -p "$dir"
    cp "$from/$2"/* "$from/finish" "$from/sweep" "$dir"
    touch "$dir/down"
    given "$1" >"$dir/given"
    if [[ $LOG != stdout ]]; then
        mkdir -p "$dir/log"
        cp "$from/log/run" "$dir/log"
        given postgres >"$dir/log/given"
        own "$(user_of postgres)" 700 "$VAR/log/$1"
    fi
}

# What a service counts in while this instance runs, however often its processes begin again. The families that tell it (HEALTH_SOCKETS)
# read the others' files, too.
make_counters() { # NAME...
    local name
    rm -rf "$RUN/metrics"
    mkdir -m 711 "$RUN/metrics"
    for name; do
        : >"$RUN/metrics/$name"
        if is_separate; then chown "$(user_of "$name"):$(user_of nginx)" "$RUN/metrics/$name"; fi
        chmod 640 "$RUN/metrics/$name"
    done
}

make_services() {
    local name
    rm -rf "$SERVICES"
    # shellcheck disable=SC2046  # names hold no spaces
    make_counters $(pools) $(workers)
    make_service postgres postgres
    make_service nginx nginx
    for name in $(pools); do
        make_service "$name" family
    done
    for name in $(workers); do
        make_service "$name" worker
    done
    # The default finish script of s6-svscan writes to its standard output.
    mkdir -p "$SERVICES/.s6-svscan"
    printf '#!/bin/sh\nexit 0\n' >"$SERVICES/.s6-svscan/finish"
    chmod +x "$SERVICES/.s6-svscan/finish"
}

# A supervisor that was killed leaves s6-supervise processes with their services: stop them before their folders are used again.
stop_leftovers() {
    local dir tries
    for ((tries = 0; tries < 300; tries++)); do
        s6-svscanctl -t "$SERVICES" 2>/dev/null || break
        sleep 0.1
    done
    for dir in "$SERVICES"/*/ "$SERVICES"/*/log/; do
        if [[ -e ${dir}supervise ]] && s6-svok "$dir"; then
            s6-svc -xd "$dir" || true
        fi
    done
    for dir in "$SERVICES"/*/; do
        ! s6-svok "$dir" || s6-svwait -D -t 15000 "$dir" 2>/dev/null || true
    done
    for dir in "$SERVICES"/*/log/; do
        ! s6-svok "$dir" 2>/dev/null || s6-svwait -D -t 1000 "$dir" 2>/dev/null || true
    done
    end_loggers
    end_groups
}

# Ends services whose own supervisor was killed too.
end_groups() {
    local dir
    for dir in "$SERVICES"/*/; do
        [[ ! -e $dir/group ]] || (cd "$dir" && VAR=$VAR "$SHARE/instance/services/sweep" "$([[ $dir == */postgres/ ]] && echo INT || echo KILL)")
    done
}

# The supervisor gets SIGTERM when this script dies, however it dies, and then stops everything by itself.
start_supervisor() {
    local name keep=() SITE_DIR=$SHARE/html DATA_DIR=$VAR/pg HEALTH_SOCKETS= METRICS_TOKEN_SHA256=
    [[ -z $METRICS_TOKEN_FILE ]] || METRICS_TOKEN_SHA256=$(head -n 1 "$METRICS_TOKEN_FILE" | tr -d '\n' | sha256sum | cut -c1-64)
    for name in $(pools); do
        HEALTH_SOCKETS+=${HEALTH_SOCKETS:+:}$RUN/$name.sock
    done
    for name in "${SETTINGS[@]}" APP RUN DB ETC CONF_VAR CONF_ETC cores PG_BIN SITE_DIR DATA_DIR HEALTH_SOCKETS ORIGINS METRICS_TOKEN_SHA256; do
        [[ -z ${!name+x} ]] || keep+=("$name=${!name}")
    done
    ulimit -n "$(open_files)"
    env -i PATH="$PATH" LC_ALL=C.UTF-8 "${keep[@]}" setpriv --pdeathsig TERM setsid s6-svscan "$SERVICES" \
        </dev/null {lock}>&- > >(supervisor_output) 2>&1 &
    supervisor=$!
}

supervisor_output() {
    local line
    trap '' INT TERM
    exec {lock}>&-
    if [[ $LOG == stdout ]]; then exec cat; fi
    # A line that finds no room is lost, and whoever writes goes on.
    while IFS= read -r line; do
        printf '%s\n' "$line" 2>/dev/null >>"$VAR/log/supervisor" || true
    done
}

open_files() {
    local hard
    hard=$(ulimit -Hn)
    [[ $hard != unlimited ]] && ((hard < 65536)) && echo "$hard" || echo 65536
}

up() { # NAME...
    local name
    for name in "$@"; do
        s6-svc -u "$SERVICES/$name"
        # From now on it also comes up when its s6-supervise was killed.
        rm -f "$SERVICES/$name/down"
    done
}

down() { # MILLISECONDS NAME...
    local patience=$1 name
    shift
    for name in "$@"; do
        s6-svc -d "$SERVICES/$name" 2>/dev/null || true
    done
    for name in "$@"; do
        s6-svwait -D -t "$patience" "$SERVICES/$name" 2>/dev/null || true
    done
}

wait_until_supervised() {
    local name tries
    for name in postgres nginx $(pools) $(workers); do
        for ((tries = 0; tries < 1500; tries++)); do
            s6-svok "$SERVICES/$name" && break
            sleep 0.02
        done
    done
}

# However full the disk is, and whatever hangs: what does not end in its time is killed.
stop_supervisor() {
    local tries
    [[ -n ${supervisor-} ]] || return 0
    if kill -0 "$supervisor" 2>/dev/null; then
        # First no new requests, then no users of the database, then the database.
        down 6000 nginx
        # shellcheck disable=SC2046  # names hold no spaces
        down 20000 $(pools) $(workers)
        down 30000 postgres
        end_groups
        s6-svscanctl -t "$SERVICES" 2>/dev/null || kill -TERM "$supervisor" 2>/dev/null || true
        for ((tries = 0; tries < 30; tries++)); do
            kill -0 "$supervisor" 2>/dev/null || break
            sleep 0.1
        done
        end_loggers
        for ((tries = 0; tries < 50; tries++)); do
            kill -0 "$supervisor" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$supervisor" 2>/dev/null || true
        wait "$supervisor" 2>/dev/null || true
    fi
    stop_leftovers
    supervisor=
}

# They wait for the disk, where that is full, with lines that nobody will read.
end_loggers() {
    local dir
    for dir in "$SERVICES"/*/log/; do
        ! s6-svok "$dir" 2>/dev/null || s6-svc -xk "$dir" 2>/dev/null || true
    done
}

show_log() {
    tail -n 20 "$VAR/log/$1/current" >&2 2>/dev/null || true
}
