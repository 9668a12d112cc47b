#!/bin/bash
# inside.sh: what run.sh does in the bare system, from the clone: the two commands as the README prints them.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
export LC_ALL=C.UTF-8
log=$HOME/instance.log passed=0 failed=0 running=

check() { # WHAT COMMAND...
    local what=$1 begin=$SECONDS
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "$(date +%T)  ok    $what ($((SECONDS - begin)) s)"
    else
        failed=$((failed + 1))
        echo "$(date +%T)  FAIL  $what ($((SECONDS - begin)) s)"
        return 1
    fi
}

finish() {
    echo "$passed passed, $failed failed"
    exit $((failed > 0))
}

# A port that nobody listens on, of the range that no client gets: all have the machine's network in common.
free_port() {
    local port
    while port=$((15000 + RANDOM % 17000)); do
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

# In a group of its own that Ctrl-C can be sent to, with the signals that a terminal's programs have.
start() {
    : >"$log"
    setsid env --default-signal PORT="$port" make run >"$log" 2>&1 &
    running=$!
    until grep -qx "ready: http://localhost:$port" "$log"; do
        kill -0 "$running" 2>/dev/null || {
            tail -n 40 "$log"
            return 1
        }
        sleep 0.2
    done
}

press_ctrl_c() {
    kill -INT -- "-$running"
    wait "$running"
    grep -q '^Stopped' "$log" || {
        tail -n 20 "$log"
        return 1
    }
}

nothing_runs() {
    ! cat /proc/[0-9]*/comm 2>/dev/null | grep -E '^(nginx|postgres|muster|multiwatch|s6-|chrom)'
}

main_job() {
    /usr/bin/python3 docker/main-job.py "http://localhost:$port" "$@"
}

no_trace_in_git() {
    [[ -z $(git status --porcelain) ]]
}

port=$(free_port)
check 'make run on a bare system' start || finish
check 'the main job' main_job
check 'Ctrl-C stops it' press_ctrl_c
check 'nothing is left running' nothing_runs
check 'make run again' start || finish
check 'what was there is there' main_job again
check 'Ctrl-C stops it again' press_ctrl_c
case $FRESH_TESTS in
all) check 'make test' make test ;;
fast) check 'make test-fast' make test-fast ;;
esac
check 'nothing is left running after all' nothing_runs
check 'the clone is as it was' no_trace_in_git
finish
