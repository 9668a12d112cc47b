#!/bin/bash
# run.sh [BUILD [NAME]]: tests of the database alone. Each *.sql (pgTAP) and *.tap.sh runs on a database of its own, copied
# from one that migrate.sh made, in a throw-away cluster below a temporary folder. NAME picks files by a part of their name.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
top=${here%/tests/sql}
BUILD=$(realpath -m -- "${1:-${BUILD:-$top/build}}")
only=${2-}
passed=0 failed=0
# As root another user runs the server, which refuses root.
as=()
((EUID)) || as=(setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=-all)

dir=$(mktemp -d "${MUSTER_TESTS_TMP:-${TMPDIR:-/tmp}}/muster-sql-XXXXXX") || exit 1
((EUID)) || chown postgres: "$dir"

cleanup() {
    trap '' INT TERM HUP
    # SIGQUIT: at once, without a farewell to a cluster that nobody needs.
    [[ -z ${server-} ]] || { kill -QUIT "$server" && wait "$server"; } 2>/dev/null
    rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

stop_here() {
    printf '%s\n' "$1"
    tail -n 20 "$dir/log" 2>/dev/null
    echo '0 passed, 1 failed'
    exit 1
}

bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[[ -x $bin/initdb ]] || stop_here 'PostgreSQL is not installed: run apps/instance/deps.sh run test.'
share=${bin/lib/share}
[[ -e ${share%/bin}/extension/pgtap.control ]] || stop_here 'pgTAP is not installed: run apps/instance/deps.sh test.'
PATH=$bin:$PATH
unset "${!PG@}"
export PGHOST=$dir PGUSER=postgres PGDATABASE=postgres PGOPTIONS='-c client_min_messages=warning' LC_ALL=C.UTF-8

start_cluster() {
    local tries
    cd "$dir" || exit 1
    "${as[@]}" "$bin/initdb" --pgdata="$dir/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync \
        >"$dir/log" 2>&1 || stop_here 'initdb failed.'
    # The server ends with this script, however that ends.
    "${as[@]}" setpriv --pdeathsig QUIT "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= \
        -c fsync=off -c full_page_writes=off -c shared_buffers=32MB -c max_connections=40 -c jit=off >"$dir/log" 2>&1 &
    server=$!
    for ((tries = 0; tries < 300; tries++)); do
        pg_isready --quiet && return
        kill -0 "$server" 2>/dev/null || break
        sleep 0.05
    done
    stop_here 'PostgreSQL did not start.'
}

psql_quiet() {
    psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --set=VERBOSITY=terse "$@"
}

# The database that all tests are copied from: as an installation makes it, plus pgTAP and the fixtures.
make_template() {
    psql_quiet -c 'CREATE DATABASE muster' &&
        psql_quiet --dbname=muster --file="$top/sql/roles.sql" &&
        psql_quiet -c 'ALTER DATABASE muster OWNER TO muster_owner' &&
        DATABASE_URL="host=$dir user=muster_owner dbname=muster" "$top/sql/migrate.sh" &&
        psql_quiet --dbname=muster --file="$here/fixtures.psql"
}

# A test's output is TAP: its plan must name as many results as there are.
judge() { # NAME CODE
    local good bad plan
    good=$(grep -c '^ok [0-9]' "$dir/out")
    bad=$(grep -c '^not ok [0-9]' "$dir/out")
    plan=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$dir/out")
    if ((good + bad == 0)) || [[ $2 != 0 && $bad == 0 || $plan != "$((good + bad))" ]]; then
        bad=$((bad + 1))
        cat "$dir/out"
    elif ((bad)); then
        sed -n '/^not ok/,/^ok/p' "$dir/out" | grep -v '^ok'
    fi
    ((bad == 0)) || echo "again: tests/sql/run.sh $BUILD $1"
    passed=$((passed + good)) failed=$((failed + bad))
}

run_test() { # FILE
    local name=${1##*/} code begin=${EPOCHREALTIME/./}
    name=${name%%.*}
    [[ $name == *"$only"* ]] || return 0
    # A copy has no privileges of its own yet; roles.sql gives them, as it does at every start of an instance.
    psql_quiet -c "CREATE DATABASE $name TEMPLATE muster OWNER muster_owner" >"$dir/out" 2>&1
    psql_quiet --dbname="$name" --file="$top/sql/roles.sql" >>"$dir/out" 2>&1
    case $1 in
    *.sql) TOP=$top psql_quiet --dbname="$name" --file="$1" >>"$dir/out" 2>&1 ;;
    *) PGDATABASE=$name TOP=$top BUILD=$BUILD DIR=$dir "$1" >>"$dir/out" 2>&1 ;;
    esac
    code=$?
    judge "$name" "$code"
    [[ -z ${MUSTER_TESTS_TMP-} ]] || echo "$(((${EPOCHREALTIME/./} - begin) / 1000))e-3 sql/$name" >>"$MUSTER_TESTS_TMP/times"
    psql_quiet -c "DROP DATABASE IF EXISTS $name WITH (FORCE)"
}

start_cluster
make_template >"$dir/log" 2>&1 || stop_here 'The database could not be migrated.'
for file in "$here"/*.sql "$here"/*.tap.sh; do
    run_test "$file"
done
((passed + failed)) || failed=1
echo "$passed passed, $failed failed"
((failed == 0))
