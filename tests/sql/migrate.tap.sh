#!/bin/bash
# Rule G1: migrations run in order, once; what has landed never changes; two at once wait; a newer database is refused.
# And the loader of the scenario library, which runs after them at every start.
set -uo pipefail
n=0

result() { # 0-IF-GOOD TEXT
    n=$((n + 1))
    [[ $1 == 0 ]] && echo "ok $n - $2" || echo "not ok $n - $2"
}

is() { # HAVE WANT TEXT
    [[ $1 == "$2" ]]
    result $? "$3"
    [[ $1 == "$2" ]] || printf '#   have: %s\n#   want: %s\n' "$1" "$2"
}

has() { # TEXT PART NAME
    [[ $1 == *"$2"* ]]
    result $? "$3"
    [[ $1 == *"$2"* ]] || printf '#   have: %s\n#   want: ...%s...\n' "$1" "$2"
}

ask() { psql --no-psqlrc --quiet --tuples-only --no-align --dbname=migrated --command="$1"; }
migrate() { DATABASE_URL="host=$DIR user=muster_owner dbname=migrated" "$tree/migrate.sh" 2>&1; }
fresh() {
    psql --quiet --dbname=postgres -c 'DROP DATABASE IF EXISTS migrated WITH (FORCE)' -c 'CREATE DATABASE migrated OWNER muster_owner'
    PGDATABASE=migrated psql --quiet --file="$TOP/sql/roles.sql"
}
landed() { ask "SELECT string_agg(version || ' ' || name || ' ' || sha256, ',' ORDER BY version) FROM schema_version"; }
# Everything that migrations make, as text.
shape() { pg_dump --schema-only --dbname=migrated | grep -v '^.\(un\)\?restrict ' | sha256sum; }

trap 'psql --quiet --dbname=postgres -c "DROP DATABASE IF EXISTS migrated WITH (FORCE)"' EXIT
tree=$DIR/sql
rm -rf "$tree"
cp -r "$TOP/sql" "$tree"
mapfile -t files < <(cd "$tree/migrations" && ls)

fresh
out=$(migrate)
is $? 0 'migrates from nothing'
is "$(ask 'SELECT count(*) FROM schema_version')" "${#files[@]}" 'every migration has landed'
has "$out" "migration ${files[0]%.sql}" 'and says so'
first=$(landed) before=$(shape)
out=$(migrate)
is $? 0 'migrating again is fine'
is "$out" '' 'and does nothing'
is "$(landed)" "$first" 'nothing landed twice'
is "$(shape)" "$before" 'the schema is as it was'
is "$(ask "SELECT count(*) FROM pg_tables WHERE schemaname = 'muster' AND tableowner <> 'muster_owner'")" 0 'all tables are the owner'\''s'

# A migration that landed is changed, by one comment.
echo '-- changed' >>"$tree/migrations/${files[1]}"
out=$(migrate)
is "$(($? != 0))" 1 'G1: a changed migration is refused'
has "$out" "The migration ${files[1]} was changed after it had landed" 'with a sentence that names it'
is "$(landed)" "$first" 'and nothing has landed'
cp "$TOP/sql/migrations/${files[1]}" "$tree/migrations"

# New ones: good, broken (rolled back as a whole), the same number twice.
echo 'CREATE TABLE muster.one (i int);' >"$tree/migrations/9001_one.sql"
printf 'CREATE TABLE muster.two (i int);\nSELECT 1 / 0;\n' >"$tree/migrations/9002_two.sql"
out=$(migrate)
is "$(($? != 0))" 1 'a broken migration is an error'
is "$(ask "SELECT to_regclass('muster.one') || ' ' || (to_regclass('muster.two') IS NULL)")" 'muster.one true' 'the one before it has landed, the broken one left nothing'
is "$(ask 'SELECT max(version) FROM schema_version')" 9001 'and is not noted'
echo 'CREATE TABLE muster.two (i int);' >"$tree/migrations/9002_two.sql"
migrate >/dev/null
is $? 0 'mended, it lands'
cp "$tree/migrations/9002_two.sql" "$tree/migrations/9002_twice.sql"
out=$(migrate)
is "$(($? != 0))" 1 'two of one number are refused'
has "$out" 'two migrations have the number 9002' 'with a sentence'
rm "$tree"/migrations/900*
out=$(migrate)
is "$(($? != 0))" 1 'a database of a newer program is refused'
has "$out" 'was migrated by a newer version' 'with a sentence'

# Two programs that start at once.
fresh
migrate >"$DIR/one" &
one=$!
migrate >"$DIR/two" &
two=$!
wait "$one"
is $? 0 'two at once: the one is fine'
wait "$two"
is $? 0 'two at once: the other too'
is "$(cat "$DIR/one" "$DIR/two" | grep -c 'migration ')" "${#files[@]}" 'two at once: each migration ran once'
is "$(landed)" "$first" 'two at once: the result is the same'

# The families cannot reach the record of migrations.
for role in muster_auth muster_exercises muster_portal; do
    out=$(PGUSER=$role ask 'SELECT count(*) FROM schema_version' 2>&1)
    has "$out" 'permission denied' "G1: $role cannot read schema_version"
done

# The library: loaded, loaded again, changed.
load() { DATABASE_URL="host=$DIR user=muster_owner dbname=migrated" "$BUILD/bin/muster-library" "$1" 2>&1; }
cp -r "$BUILD/library" "$DIR/library"
themes=$(find "$DIR/library" -name '*.json' | wc -l)
load "$DIR/library" >/dev/null
is $? 0 'the library is loaded'
is "$(ask 'SELECT count(*) || chr(32) || count(*) FILTER (WHERE is_current) FROM muster.library')" "$themes $themes" 'one current version of each document'
ids=$(ask 'SELECT array_agg(id ORDER BY id) FROM muster.library')
load "$DIR/library" >/dev/null
is "$(ask 'SELECT array_agg(id ORDER BY id) FROM muster.library')" "$ids" 'loading again adds nothing'
sed -i 's/"version": *"[0-9a-f]*"/"version":"0000000000000001"/' "$DIR/library/bec.en.json"
load "$DIR/library" >/dev/null
is "$(ask "SELECT string_agg(is_current::text, ' ' ORDER BY id) FROM muster.library WHERE theme = 'bec'")" 'false true' 'a changed document is a new current version, the old one stays'
cp "$BUILD/library/bec.en.json" "$DIR/library"
load "$DIR/library" >/dev/null
is "$(ask "SELECT string_agg(is_current::text, ' ' ORDER BY id) FROM muster.library WHERE theme = 'bec'")" 'true false' 'and back'
echo '{"theme":"bec"}' >"$DIR/library/bec.en.json"
out=$(load "$DIR/library")
is "$(($? != 0))" 1 'a document that is not sound is refused'
has "$out" 'bec.en.json' 'and named'
is "$(ask "SELECT string_agg(is_current::text, ' ' ORDER BY id) FROM muster.library WHERE theme = 'bec'")" 'true false' 'and changes nothing'
echo "1..$n"
