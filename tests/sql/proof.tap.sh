#!/bin/bash
# Rule A3: who asks is proven to the database and not claimed. Each program's role, signed in as such, says in every way that it has that it
# is somebody, and is nobody; what a credential, a link or a job has proven ends with its transaction.
set -uo pipefail
# shellcheck source=tests/sql/tap.sh
. "$TOP/tests/sql/tap.sh"

as() { # ROLE STATEMENT...: each in turn in one connection; what they print, in one line
    local role=$1 given=() one
    shift
    for one in "$@"; do given+=(-c "$one"); done
    psql --no-psqlrc --quiet --tuples-only --no-align --set=VERBOSITY=sqlstate --username="$role" "${given[@]}" 2>&1 | sed 's/^ERROR:  //' | paste -sd ' '
}

fixture() { # SQL
    psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 -c 'SET search_path = test, tap, public' -c "$1"
}

us=$(fixture 'SELECT an_org()') them=$(fixture 'SELECT an_org()')
person=$(fixture "SELECT a_person('$us')") boss=$(fixture "SELECT a_person('$them', 'SUPER_ADMIN')")
fixture "SELECT one_of_everything('$us', '$person'), one_of_everything('$them', '$boss')" >/dev/null
fixture "SELECT a_session('$us', '$person', 'ours'), a_session('$them', '$boss', 'theirs')" >/dev/null
roles=$(fixture 'SELECT programs()')
slot=backtrace_functions
value=muster_${them//-/}_${boss//-/}
enter="SELECT FROM muster.principal_enter('session', sha256('ours'), '{}', '')"
who="SELECT coalesce(muster.org()::text, 'none') || ' ' || coalesce(muster.person()::text, 'nobody')"
rows='SELECT count(*) FROM muster.org'
claims="SELECT FROM (VALUES ('app.org_id', '$them'), ('app.user_id', '$boss'), ('app.role', 'SUPER_ADMIN'), ('app.proof', '$value'), ('muster.org', '$them'))
        AS claim (name, value) WHERE set_config(name, value, true) IS NULL"
admin="SELECT count(*) FROM muster.admin_orgs(500, 253402300799000000, 'ffffffff-ffff-ffff-ffff-ffffffffffff', NULL, NULL)"

for role in $roles; do
    is "$(as "$role" BEGIN "$claims" "$who" "$rows" COMMIT)" 'none nobody 0' "A3: $role is nobody, whatever settings it writes"
    # Behind a savepoint, so that what was refused ends nothing.
    for way in "SET $slot = '$value'" "SET LOCAL $slot = '$value'" "SELECT set_config('$slot', '$value', true)" "SELECT set_config('$slot', '$value', false)" \
        "UPDATE pg_settings SET setting = '$value' WHERE name = '$slot'" "ALTER ROLE $role SET $slot = '$value'" "ALTER ROLE $role IN DATABASE $PGDATABASE SET $slot = '$value'" \
        "SELECT muster.enter_as('$them', '$boss')" 'SET ROLE muster_lookup' 'SET SESSION AUTHORIZATION muster_lookup'; do
        is "$(as "$role" BEGIN 'SAVEPOINT here' "$way" 'ROLLBACK TO here' "$who" "$rows" COMMIT)" '42501 none nobody 0' "A3: $role cannot say who it is: ${way//"$value"/...}"
    done
    is "$(PGOPTIONS="-c $slot=$value" as "$role" 'SELECT 1' | grep -c 'permission denied')" 1 "A3: $role cannot when it signs in either"
done

for role in muster_auth muster_exercises muster_portal; do
    is "$(as "$role" BEGIN "$enter" "$who" "$rows" COMMIT)" "$us $person 1" "A3: $role is who has shown a credential"
    is "$(as "$role" BEGIN "$enter" "$claims" "$who" "$rows" COMMIT)" "$us $person 1" "A3: $role stays that, whatever settings it writes"
    is "$(as "$role" BEGIN "$enter" COMMIT "$who" "$rows")" 'none nobody 0' "A3: and no longer than for the transaction ($role)"
    is "$(as "$role" BEGIN "$enter" ROLLBACK "$who" "$rows")" 'none nobody 0' "A3: however it ends ($role)"
    is "$(as "$role" "$enter" "$who" "$rows")" 'none nobody 0' "A3: a transaction of one statement is over behind it ($role)"
    is "$(as "$role" "BEGIN; $enter; COMMIT; BEGIN; $who; COMMIT")" 'none nobody' "A3: also where one message holds both ($role)"
    stolen=$(as "$role" BEGIN "$enter" "SHOW $slot" COMMIT)
    is "$stolen" "muster_${us//-/}_${person//-/}" "what it could keep ($role)"
    is "$(as "$role" BEGIN "SET LOCAL $slot = '$stolen'" "$who" ROLLBACK "$rows")" '42501 25P02 0' "A3: is of no use in another one ($role)"
    is "$(as "$role" BEGIN "$enter" 'SAVEPOINT here' "SELECT FROM muster.principal_enter('session', sha256('wrong'), '{}', '')" 'ROLLBACK TO here' "$who" COMMIT)" \
        "MU101 $us $person" "A3: who is refused changes nothing ($role)"
done

# S12: the platform's functions, and mail in the name of others.
is "$(as muster_portal BEGIN "$claims" "$admin")" 42501 'A4: who claims to be an administrator of the platform is refused'
is "$(as muster_portal BEGIN "$enter" "$claims" "$admin")" 42501 'A4: also as somebody'
is "$(as muster_portal BEGIN "SELECT FROM muster.principal_enter('session', sha256('theirs'), '{}', '')" "${admin/count(\*)/count(*) > 1}" COMMIT)" t 'A4: and the administrator is not'
is "$(as muster_auth BEGIN "$claims" "SELECT muster.mail_queue('$boss', 'x@example.com', 'password_changed', NULL, NULL)")" P0002 'A3: no mail for a tenant that is claimed'
is "$(as muster_portal BEGIN "$claims" "SELECT muster.audit('exercise.generated', 'exercise', '$boss', NULL)")" 23502 'A3: no entry in its log'
is "$(fixture "SELECT count(*) FROM muster.mail WHERE recipient = 'x@example.com'")" 0 'A3: and none is there'

# Whose password was right is for the family to say that compares it.
is "$(as muster_auth BEGIN "SELECT FROM muster.sign_in_enter('$person')" "$who" COMMIT)" "$us $person" 'A3: a sign-in enters its person'
fixture "UPDATE muster.app_user SET status = 'DEACTIVATED' WHERE id = '$person'"
is "$(as muster_auth BEGIN "SELECT FROM muster.sign_in_enter('$person')" "$who" COMMIT)" 'none nobody' 'A7: and nobody who is not active'
for role in muster_exercises muster_portal muster_jobs; do
    is "$(as "$role" "SELECT muster.sign_in_enter('$boss')")" 42501 "A3: $role cannot sign anybody in"
done

# The worker: as whom it has taken a job of.
job=$(fixture "SELECT id FROM muster.job WHERE org_id = '$them' AND kind = 'example'")
is "$(as muster_jobs "SELECT muster.job_enter('$job', 0)" "SELECT muster.job_enter('$job', 1)")" 'MU040 MU040' 'A3: the worker enters no organisation whose job waits'
fixture "DELETE FROM muster.job WHERE id <> '$job'"
is "$(as muster_jobs "SELECT id || ' ' || attempt FROM muster.job_take('{example}', '{60}', '{2}', '{f}', '{ffffffff-ffff-ffff-ffff-ffffffffffff}', 2)")" \
    "$job 1" 'it takes a job'
is "$(as muster_jobs BEGIN "SELECT FROM muster.job_enter('$job', 1)" "$who" "$rows" COMMIT)" "$them $boss 1" 'A3: and enters its organisation, as its person'
is "$(as muster_jobs "SELECT muster.job_enter('$job', 2)" "SELECT muster.job_enter('$job', 0)")" 'MU040 MU040' 'A3: in this attempt alone'
is "$(as muster_jobs "SELECT FROM muster.job_done('$job', 1)" "SELECT muster.job_enter('$job', 1)")" MU040 'A3: while it runs'
for role in muster_auth muster_exercises muster_portal; do
    is "$(as "$role" "SELECT muster.job_enter('$job', 1)")" 42501 "A3: $role is no worker"
done

# The setting's own meaning is the operator's, and says nothing about who asks.
is "$(fixture "SET $slot = 'muster, heap_open'; $who")" 'none nobody' 'names of functions are nobody'
done_testing
