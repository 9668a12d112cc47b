#!/bin/bash
# The loader of the scenario library, which runs after the migrations at every start.
set -uo pipefail
# shellcheck source=tests/sql/tap.sh
. "$TOP/tests/sql/tap.sh"
ask() { psql --no-psqlrc --quiet --tuples-only --no-align --command="$1"; }
load() { DATABASE_URL="host=$DIR user=muster_owner dbname=$PGDATABASE" "$BUILD/bin/muster-library" "$1" 2>&1; }

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
done_testing
