#!/bin/bash
# run.sh [SUITE [ARGUMENT...]]: all suites, the fast ones first, or one of them; at the end one line "N passed, N failed".
# run.sh fast: unit and SQL tests, and those of the others that are marked "smoke".
#
# BUILD names what is tested (default build; make test builds it). Arguments go to the suite: tests/run.sh http -k report.
# A suite's last line is "N passed, N failed"; one that ran no test has failed. Everything that tests make lies in one
# temporary folder that is gone afterwards, also after Ctrl-C.
# shellcheck disable=SC2317  # functions are called by the suite's name and by traps
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
SUITES=(unit content sql http browser drift)
SUM='^([0-9]+) passed, ([0-9]+) failed$'
passed=0 failed=0

count() { # PASSED FAILED
    passed=$((passed + $1)) failed=$((failed + $2))
}

finish_suite() {
    echo "$passed passed, $failed failed"
    exit $((failed > 0))
}

# cmocka programs, each with its own sum on standard error.
suite_unit() {
    local program out code good bad begin
    for program in "$BUILD"/tests/test_*; do
        [[ -x $program && $program == *"${1-}"* ]] || continue
        begin=${EPOCHREALTIME/./}
        out=$("$program" 2>&1)
        code=$?
        echo "$(((${EPOCHREALTIME/./} - begin) / 1000))e-3 unit/${program##*/}" >>"$MUSTER_TESTS_TMP/times"
        good=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' <<<"$out")
        bad=$(sed -n 's/^ *\([0-9]*\) FAILED TEST(S)$/\1/p' <<<"$out")
        # One that crashed has no sum.
        ((code == 0)) || printf '%s\nagain: %s\n' "$out" "$program"
        count "${good:-0}" "${bad:-$((code != 0 || ${good:-0} == 0))}"
    done
    finish_suite
}

suite_content() {
    local out
    if [[ -z ${1-} ]]; then
        if out=$(/usr/bin/python3 apps/exercises/library/lint.py 2>&1); then
            count 1 0
        else
            printf '%s\nagain: make lint-content\n' "$out"
            count 0 1
        fi
    fi
    out=$(/usr/bin/python3 tests/lib/suite.py content "$@")
    printf '%s\n' "$out" | sed '$d'
    if [[ ${out##*$'\n'} =~ $SUM ]]; then
        count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    else
        count 0 1
    fi
    finish_suite
}

suite_sql() {
    exec tests/sql/run.sh "$BUILD" "$@"
}

suite_python() {
    exec /usr/bin/python3 tests/lib/suite.py "$@"
}

cleanup() {
    local var
    trap '' INT TERM HUP
    if [[ -n ${child-} ]] && kill -TERM -- "-$child" 2>/dev/null; then
        wait "$child"
    fi
    # What a suite that was killed left running.
    for var in "$MUSTER_TESTS_TMP"/*/var; do
        [[ -d $var ]] || continue
        VAR=$var apps/instance/instance.sh stop >/dev/null 2>&1
        VAR=$var apps/instance/instance.sh purge >/dev/null 2>&1
    done
    rm -rf "$MUSTER_TESTS_TMP"
}

# Where the temporary folder lies: in TMPDIR, else in memory when that has room and may hold programs, else in /tmp. On a disk
# making and removing databases takes longer than all that is done with them.
place() {
    local room=8388608 # KiB
    if [[ -z ${TMPDIR-} && -w /dev/shm ]] &&
        findmnt --noheadings --output FSTYPE,OPTIONS /dev/shm | grep -q '^tmpfs' &&
        ! findmnt --noheadings --output OPTIONS /dev/shm | grep -qw noexec &&
        (($(df --output=avail -k /dev/shm | tail -n 1) > room)) &&
        (($(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' /proc/meminfo) > room)); then
        echo /dev/shm
    else
        echo "${TMPDIR:-/tmp}"
    fi
}

# Of all suites, in seconds.
slowest() {
    [[ -s $MUSTER_TESTS_TMP/times ]] || return 0
    echo '--- slowest tests'
    sort -grs "$MUSTER_TESTS_TMP/times" | head -n 20 | while read -r seconds name; do
        printf '%7.1f s  %.120s\n' "$seconds" "$name"
    done
}

# Its own process group, so that a signal reaches it once and through here; it also ends when this script is killed.
run_suite() { # NAME ARGUMENT...
    local out=$MUSTER_TESTS_TMP/$1.out begin=$SECONDS copy tee
    echo "--- $1"
    : >"$out"
    # The last line is there when tee has ended, which a wait for everything does not wait for.
    exec {copy}> >(tee "$out")
    tee=$!
    setpriv --pdeathsig TERM setsid "$0" --inside "$@" >&"$copy" 2>&1 </dev/null {copy}>&- &
    child=$!
    exec {copy}>&-
    wait "$child"
    child=
    wait "$tee"
    if [[ $(tail -n 1 "$out") =~ $SUM ]] && ((BASH_REMATCH[1] + BASH_REMATCH[2])); then
        count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    else
        echo "The suite $1 ran no test. again: BUILD=$BUILD tests/run.sh $1"
        count 0 1
    fi
    echo "    $((SECONDS - begin)) s"
}

export BUILD=${BUILD:-build} LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
PATH=$PATH:/usr/sbin:/sbin
if [[ ${1-} == --inside ]]; then
    name=$2
    shift 2
    case $name in
    unit | content | sql) "suite_$name" "$@" ;;
    *) suite_python "$name" "$@" ;;
    esac
fi
[[ -z ${1-} || " fast ${SUITES[*]} " == *" $1 "* ]] || {
    echo "There is no suite $1; there are: ${SUITES[*]}, and fast." >&2
    exit 2
}
[[ -x $BUILD/bin/muster-auth ]] || {
    echo "Nothing is built in $BUILD: run make BUILD=$BUILD all unit first, or make test." >&2
    exit 2
}
MUSTER_TESTS_TMP=$(mktemp -d -p "$(place)" muster-tests-XXXXXX) || exit 1
chmod 755 "$MUSTER_TESTS_TMP"
# TMPDIR: also what programs put there by themselves is gone afterwards.
export MUSTER_TESTS_TMP TMPDIR=$MUSTER_TESTS_TMP
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
case ${1-} in
'')
    for suite in "${SUITES[@]}"; do
        run_suite "$suite"
    done
    ;;
fast)
    run_suite unit
    run_suite sql
    run_suite http -m smoke
    run_suite browser -m smoke
    ;;
*) run_suite "$@" ;;
esac
(($# > 1)) || slowest
finish_suite
