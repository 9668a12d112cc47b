#!/bin/bash
# Rule G1: what sql/ says is what the database has, whichever way it came there: from nothing, from the first release with its data
# (data/release-1.sql.gz), from a version in between. Schema files run in order, once, and never change; two runs wait for each other.
set -uo pipefail
# shellcheck source=tests/sql/tap.sh
. "$TOP/tests/sql/tap.sh"

tree=$DIR/sql
owner="host=$DIR user=muster_owner dbname=migrated"
ask() { psql --no-psqlrc --quiet --tuples-only --no-align --dbname=migrated --set=ON_ERROR_STOP=1 --command="$1"; }
migrate() { DATABASE_URL=$owner "$tree/migrate.sh" 2>&1; }
fresh() {
    psql --quiet --dbname=postgres -c 'DROP DATABASE IF EXISTS migrated WITH (FORCE)' -c 'CREATE DATABASE migrated OWNER muster_owner'
    PGDATABASE=migrated psql --quiet --file="$TOP/sql/roles.sql"
}
first_release() {
    fresh
    zcat "$TOP/tests/sql/data/release-1.sql.gz" | psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=migrated --file=- >/dev/null
}
landed() { ask "SELECT string_agg(version || ' ' || name || ' ' || sha256, ',' ORDER BY version) FROM schema_version"; }
# Everything that is made, as text. The order of grants is that in which they came; a restored condition has other parentheses.
shape() { pg_dump --schema-only --dbname=migrated | grep -v '^.\(un\)\?restrict \|^--\|^$' | tr -d '()' | sort; }
restore_tree() {
    rm -rf "$tree"
    cp -r "$TOP/sql" "$tree"
}
# A digest of all rows of each table, in these columns: "table|columns" lines to "table digest" lines.
rows() {
    ask "$(sed "s/\(.*\)|\(.*\)/SELECT '\1 ' || md5(coalesce(string_agg(t::text, E'\\\\n' ORDER BY t::text), '')) FROM (SELECT \2 FROM muster.\1) t/; \$!s/\$/ UNION ALL/" <<<"$1") ORDER BY 1"
}

trap 'psql --quiet --dbname=postgres -c "DROP DATABASE IF EXISTS migrated WITH (FORCE)"' EXIT
restore_tree
mapfile -t files < <(cd "$tree/schema" && ls)

# ---- from nothing ----

fresh
out=$(migrate)
is $? 0 'migrates from nothing'
is "$(ask 'SELECT count(*) FROM schema_version')" "${#files[@]}" 'every schema file has landed'
has "$out" "migration ${files[0]%.sql}" 'and says so'
first=$(landed) before=$(shape)
out=$(migrate)
is $? 0 'migrating again is fine'
is "$out" '' 'and does nothing'
is "$(landed)" "$first" 'nothing landed twice'
is "$(shape)" "$before" 'the schema is as it was'
is "$(ask "SELECT count(*) FROM pg_tables WHERE schemaname = 'muster' AND tableowner <> 'muster_owner'")" 0 'all tables are the owner'\''s'

# ---- the catalogue holds what the files hold ----

is "$(ask "SELECT proname FROM pg_proc WHERE pronamespace = 'muster'::regnamespace ORDER BY 1")" \
    "$(find "$TOP/sql/code" -name '*.sql' -printf '%f\n' | sed 's/\.sql$//' | LC_ALL=C sort)" 'there is a function for every file, and no other'
is "$(ask "SELECT count(*) FROM pg_class c WHERE relnamespace = 'muster'::regnamespace AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)
           AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id')")" 0 'A3: every tenant table has row security, forced'
psql --quiet --dbname=migrated -c 'GRANT DELETE, UPDATE (slug) ON muster.org TO muster_portal' -c 'GRANT EXECUTE ON FUNCTION muster.org_erase(uuid, uuid) TO PUBLIC' \
    -c 'CREATE POLICY everybody ON muster.exercise USING (true)' -c 'ALTER TABLE muster.answer NO FORCE ROW LEVEL SECURITY' \
    -c 'REVOKE SELECT ON muster.org FROM muster_auth' -c 'CREATE FUNCTION muster.by_hand() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$' \
    -c 'ALTER POLICY lookup ON muster.org TO muster_portal' -c "COMMENT ON POLICY lookup ON muster.org IS 'changed'"
migrate >/dev/null
is "$(shape)" "$before" 'what somebody granted, took away or made by hand is undone by the next start'

# ---- files that change ----

echo '-- changed' >>"$tree/schema/${files[0]}"
out=$(migrate)
is "$(($? != 0))" 1 'a changed schema file is refused'
has "$out" "The migration ${files[0]} was changed after it had landed" 'with a sentence that names it'
hasnt "$out" 'psql:' 'and without the place in a script'
is "$(landed)" "$first" 'and nothing has landed'
restore_tree

echo 'CREATE TABLE muster.one (i int);' >"$tree/schema/9001_one.sql"
printf 'CREATE TABLE muster.two (i int);\nSELECT 1 / 0;\n' >"$tree/schema/9002_two.sql"
out=$(migrate)
is "$(($? != 0))" 1 'a broken schema file is an error'
is "$(ask "SELECT (to_regclass('muster.one') IS NULL) || ' ' || (to_regclass('muster.two') IS NULL)")" 'true true' 'and the one before it is undone with it'
echo 'CREATE TABLE muster.two (i int, org_id uuid);' >"$tree/schema/9002_two.sql"
migrate >/dev/null
is $? 0 'mended, both land'
is "$(ask "SELECT relforcerowsecurity FROM pg_class WHERE oid = 'muster.two'::regclass")" t 'A3: a new table with org_id is a tenant'\''s by itself'
cp "$tree/schema/9002_two.sql" "$tree/schema/9002_twice.sql"
out=$(migrate)
is "$(($? != 0))" 1 'two of one number are refused'
has "$out" 'two migrations have the number 9002' 'with a sentence'
rm "$tree"/schema/900*
out=$(migrate)
is "$(($? != 0))" 1 'a database of a newer program is refused'
has "$out" 'was migrated by a newer version' 'with a sentence'

# A move of data that row security would hide rows from.
fresh
migrate >/dev/null
echo "UPDATE muster.org_branding SET footer_text = 'x';" >"$tree/schema/9001_move.sql"
out=$(migrate)
is "$(($? != 0))" 1 'a move of data that would not see all rows is an error'
has "$out" 'row-level security' 'and says why'
restore_tree

# ---- functions, while a program serves ----

function_file=$tree/code/accounts/slug_of.sql
make_slug() { printf 'CREATE OR REPLACE FUNCTION muster.slug_of(%s) RETURNS %s LANGUAGE sql IMMUTABLE AS $$ SELECT %s $$;\n' "$1" "$2" "$3" >"$function_file"; }
exec 5>&1
coproc SERVING { psql --no-psqlrc --quiet --tuples-only --no-align --dbname=migrated 2>&1; }
serve() { # SQL: the next line that the running program gets
    local line
    echo "$1" >&"${SERVING[1]}"
    read -r line <&"${SERVING[0]}"
    echo "$line"
}
echo "SET plan_cache_mode = force_generic_plan; PREPARE slug AS SELECT muster.slug_of('A b') || '';" >&"${SERVING[1]}"
is "$(serve 'EXECUTE slug;')" a-b 'a program has prepared a call'
make_slug 'p_name text' text "'changed'"
migrate >/dev/null
is $? 0 'a changed function is made again'
is "$(serve 'EXECUTE slug;')" changed 'and the program, which went on, calls the new one'
make_slug 'p_name text' varchar "'other result'::varchar"
migrate >/dev/null
is $? 0 'also with another result'
is "$(serve 'EXECUTE slug;')" 'other result' 'and the program calls it'
make_slug 'p_name text, p_more text DEFAULT NULL' text "'more arguments'"
migrate >/dev/null
is $? 0 'also with other arguments'
is "$(serve 'EXECUTE slug;')" 'more arguments' 'and the program calls it'
is "$(ask "SELECT count(*) FROM pg_proc WHERE proname = 'slug_of'")" 1 'and the old one is gone'
make_slug 'p_name text' text 'this is broken'
out=$(migrate)
is "$(($? != 0))" 1 'a broken function is an error'
has "$out" 'code/accounts/slug_of.sql' 'that names its file'
is "$(serve 'EXECUTE slug;')" 'more arguments' 'and changes nothing'
restore_tree
printf 'CREATE OR REPLACE FUNCTION muster.extra() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\n%s\n' \
    'CREATE OR REPLACE TRIGGER extra BEFORE INSERT ON muster.org FOR EACH ROW EXECUTE FUNCTION muster.extra();' >"$tree/code/core/extra.sql"
migrate >/dev/null
is "$(ask "SELECT count(*) FROM pg_trigger WHERE tgname = 'extra'")" 1 'a new function comes with its trigger'
rm "$tree/code/core/extra.sql"
migrate >/dev/null
is "$(ask "SELECT (SELECT count(*) FROM pg_trigger WHERE tgname = 'extra') + (SELECT count(*) FROM pg_proc WHERE proname = 'extra')")" 0 'and goes with it'
is "$(shape)" "$before" 'all is as it was'

# ---- killed in the middle ----

printf 'ALTER TABLE muster.plan ADD half integer;\nSELECT pg_sleep(600);\n' >"$tree/schema/9001_slow.sql"
DATABASE_URL=$owner setsid "$tree/migrate.sh" >"$DIR/killed" 2>&1 &
killed=$!
until [[ $(ask "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == 1 ]]; do
    kill -0 "$killed" 2>/dev/null || break
done
is "$(serve 'EXECUTE slug;')" a-b 'while a migration runs the program before it serves'
kill -KILL -- "-$killed"
wait "$killed" 2>/dev/null
ask "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" >/dev/null
is "$(shape)" "$before" 'killed with -9 in the middle, it has left nothing'
is "$(landed)" "$first" 'and has not landed'
is "$(serve 'EXECUTE slug;')" a-b 'and the program still serves'
restore_tree
migrate >/dev/null
is $? 0 'and the next one is fine'
serving=$SERVING_PID # bash forgets it when the program ends
echo '\q' >&"${SERVING[1]}"
wait "$serving" 2>/dev/null

# ---- two at once ----

fresh
migrate >"$DIR/one" &
one=$!
migrate >"$DIR/two" &
two=$!
wait "$one"
is $? 0 'two at once: the one is fine'
wait "$two"
is $? 0 'two at once: the other too'
is "$(cat "$DIR/one" "$DIR/two" | grep -c 'migration [0-9]')" "${#files[@]}" 'two at once: each schema file ran once'
is "$(landed)" "$first" 'two at once: the result is the same'
coproc HOLDING { psql --no-psqlrc --quiet --tuples-only --no-align --dbname=migrated; }
echo "BEGIN; SELECT pg_advisory_xact_lock(hashtext('muster migrations'));" >&"${HOLDING[1]}"
read -r _ <&"${HOLDING[0]}"
mkfifo "$DIR/waiting"
migrate >"$DIR/waiting" &
one=$!
exec 6<"$DIR/waiting"
read -r out <&6
has "$out" 'waiting for another migration' 'who has to wait says so'
echo 'ROLLBACK;' >&"${HOLDING[1]}"
wait "$one"
is $? 0 'and goes on'
exec 6<&-
echo '\q' >&"${HOLDING[1]}"

# ---- the first release ----

first_release
columns=$(ask "SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
               WHERE c.relnamespace = 'muster'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
                 AND c.relname NOT IN ('personal_data', 'personal_category', 'impersonal_column', 'retention') GROUP BY 1 ORDER BY 1")
is "$(ask "SELECT count(*) FROM (VALUES ('org'), ('app_user'), ('exercise'), ('answer'), ('certificate'), ('audit_log'), ('job'), ('mail')) t (name),
           LATERAL (SELECT (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM muster.' || name, false, true, '')))[1]::text::int AS n) c WHERE n > 1")" \
    8 'the first release has data'
old=$(rows "$columns")
days=$(ask "UPDATE muster.retention SET days = 33 WHERE name = 'mails'; UPDATE muster.plan SET seats = 4 WHERE name = 'FREE'; SELECT 1")
is "$days" 1 'whose operator has changed a period and a plan'
old=$(sed "/^plan /d" <<<"$old")
out=$(migrate)
is $? 0 'it upgrades'
hasnt "$out" "${files[0]%.sql}" 'and the baseline is its own'
is "$(shape)" "$before" 'to exactly what a new installation has'
is "$(rows "$columns" | sed '/^plan /d')" "$old" 'without loss: every row in every column that there was'
# What a list shows is kept on the exercise: for what there was, too.
is "$(ask "SELECT count(*) FILTER (WHERE (e.creator_first_name, e.creator_last_name, e.own_score, e.own_answered)
               IS DISTINCT FROM (u.first_name, u.last_name, p.total_score, p.answered_count)) || ' ' || count(*) || ' ' || count(e.own_score) || ' ' || count(e.creator_last_name)
           FROM muster.exercise e LEFT JOIN muster.app_user u ON u.org_id = e.org_id AND u.id = e.created_by
           LEFT JOIN muster.participant p ON p.org_id = e.org_id AND p.exercise_id = e.id")" '0 9 9 9' 'lists show of old exercises what they showed'
is "$(ask "SELECT (SELECT days FROM muster.retention WHERE name = 'mails') || ' ' || (SELECT seats FROM muster.plan WHERE name = 'FREE')")" '33 4' 'what the operator changed stays'
is "$(ask 'SELECT count(*) FROM muster.org o WHERE muster.audit_verify(o.org_id) IS NOT NULL')" 0 'A12: every audit log is whole'
program() { ask 'SELECT * FROM muster.personal_data ORDER BY table_name, link; SELECT * FROM muster.personal_category ORDER BY key; SELECT * FROM muster.impersonal_column ORDER BY 1, 2'; }
upgraded=$(program)
fresh
migrate >/dev/null
is "$(program)" "$upgraded" 'the program'\''s own rows are those of a new installation'
first_release
ask 'DELETE FROM schema_version WHERE version > 20'
out=$(migrate)
is "$(($? != 0))" 1 'a database older than the first release is refused'
has "$out" 'older than the first release' 'with a sentence'

# ---- who may look ----

fresh
migrate >/dev/null
for role in muster_auth muster_exercises muster_portal; do
    out=$(PGUSER=$role ask 'SELECT count(*) FROM schema_version' 2>&1)
    has "$out" 'permission denied' "G1: $role cannot read schema_version"
done
done_testing
