#!/bin/bash
# lint.sh: every static check; all of them run, at the end one line says how many failed. Called by make lint.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
BUILD=${BUILD:-build}
passed=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# check NAME COMMAND...: prints the command's output only when it fails.
check() {
    local name=$1
    shift
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
        echo "ok    $name"
    else
        failed=$((failed + 1))
        echo "FAIL  $name"
        sed 's/^/      /' "$log"
    fi
}

files() { # FOLDER NAME...: files of the source tree by name pattern
    local folder=$1 name
    shift
    for name in "$@"; do
        find "$folder" -name "$name" -type f -not -path '*/vendor/*' -not -path '*/build*/*'
    done | sort
}

mapfile -t c_files < <(files common '*.c' && files apps '*.c')
mapfile -t c_all < <(for dir in common apps tests; do files $dir '*.c' '*.h'; done)
mapfile -t scripts < <(for dir in apps sql tests docker; do files $dir '*.sh' run finish sweep; done && echo .ci/run)
mapfile -t python < <(for dir in apps common nginx sql tests docker; do files $dir '*.py'; done)
# Scripts that others source are checked where they are sourced. SC2317: functions called by a trap or by name.
# SC2016: $ in the text of another language. SC2034: what fill or a child process reads by name.
mapfile -t entries < <(grep -l '^#!' "${scripts[@]}")
# Not before 15 does it know InsertBraces.
format=$(command -v clang-format-16 || command -v clang-format-19 || echo clang-format)
FLAGS=$(make -s flags BUILD="$BUILD")
export FLAGS

tidy() {
    # shellcheck disable=SC2016  # expanded by the inner shell
    printf '%s\0' "${c_files[@]}" | xargs -0 -P "$(nproc)" -n 4 bash -c 'clang-tidy --quiet "$@" -- $FLAGS 2>/dev/null' _
}

cpp_check() {
    # uninitvar takes the rows that db_run fills for never set; the compilers, clang-tidy and the sanitizers look for these.
    cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr --suppress=varFuncNullUB -j "$(nproc)" \
        --suppress=missingIncludeSystem --suppress=unknownMacro --suppress=uninitvar -D_GNU_SOURCE -I. -I"$BUILD/gen" "${c_files[@]}"
}

# Compiling also refuses banned functions (common/base/banned.h).
build_with() {
    MAKEFLAGS="-j$(nproc)" make --no-print-directory BUILD="$2" CC="$1" all unit
}

es_lint() {
    local found
    mapfile -t found < <(files nginx/html/js '*.js' | grep -v /vendor/ && echo "$BUILD/constants.js")
    # Debian's modules, also for a node that is not Debian's.
    NODE_PATH=/usr/share/nodejs:/usr/lib/nodejs eslint --format unix --no-eslintrc --config .eslintrc.json "${found[@]}"
}

check 'C format' "$format" --dry-run -Werror "${c_all[@]}"
check 'include direction and file sizes' /usr/bin/python3 tests/check_includes.py
check 'gcc' build_with gcc "$BUILD"
check 'clang' build_with clang "$BUILD-clang"
check 'clang-tidy' tidy
check 'cppcheck' cpp_check
check 'SQL parses' /usr/bin/python3 tests/check_sql.py
check 'shellcheck' shellcheck --external-sources --check-sourced --exclude=SC2016,SC2034,SC2317 "${entries[@]}"
check 'shfmt' shfmt -d -i 4 "${scripts[@]}"
check 'flake8' flake8 --max-line-length 140 "${python[@]}"
check 'eslint' es_lint
check 'catalogue of words' /usr/bin/python3 common/words/compile.py check

echo "$passed passed, $failed failed"
exit $((failed > 0))
