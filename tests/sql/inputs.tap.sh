#!/bin/bash
# Migration 0007 on a database of the version before it: what organisations and operators had stored survives.
set -uo pipefail
n=0

is() { # HAVE WANT TEXT
    n=$((n + 1))
    if [[ $1 == "$2" ]]; then
        echo "ok $n - $3"
    else
        printf 'not ok %s - %s\n#   have: %s\n#   want: %s\n' "$n" "$3" "$1" "$2"
    fi
}

ask() { psql --no-psqlrc --quiet --tuples-only --no-align --dbname=before --set=ON_ERROR_STOP=1 --command="$1"; }
migrate() { DATABASE_URL="host=$DIR user=muster_owner dbname=before" "$tree/migrate.sh" >/dev/null; }

trap 'psql --quiet --dbname=postgres -c "DROP DATABASE IF EXISTS before WITH (FORCE)"' EXIT
tree=$DIR/before
rm -rf "$tree"
cp -r "$TOP/sql" "$tree"
rm "$tree"/migrations/{0007,0008,0009,00[1-9]}* 2>/dev/null
psql --quiet --dbname=postgres -c 'DROP DATABASE IF EXISTS before WITH (FORCE)' -c 'CREATE DATABASE before OWNER muster_owner'
PGDATABASE=before psql --quiet --file="$TOP/sql/roles.sql"
migrate
is $? 0 'the version before is there'

ask "INSERT INTO muster.org (org_id, name, slug, plan) SELECT gen_random_uuid(), 'Org ' || i, 'org-' || i, 'FREE' FROM generate_series(1, 2) i;
     INSERT INTO muster.app_user (org_id, email, first_name, last_name, role) SELECT org_id, slug || '@example.com', 'A', 'B', 'MEMBER' FROM muster.org;
     INSERT INTO muster.app_user (org_id, email, first_name, last_name, role, language)
         SELECT org_id, 'de' || slug || '@example.com', 'A', 'B', 'MEMBER', 'de' FROM muster.org;
     INSERT INTO muster.org_profile (org_id, profile) SELECT org_id, '{\"industry\": \"shipping\"}' FROM muster.org;
     INSERT INTO muster.org_tool (org_id, category, name) SELECT org_id, category, t.name
         FROM muster.org, (VALUES ('SIEM', 'wazuh'), ('SIEM', 'Wazuh'), ('SIEM', 'Lantern'), ('EDR', 'Falconet')) t (category, name)"
cp "$TOP"/sql/migrations/* "$tree/migrations"
migrate
is $? 0 'and migrates'
is "$(ask "SELECT count(DISTINCT org_id) || ' ' || string_agg(DISTINCT category || ' ' || name || ' ' || selected || ' ' || (tool_id IS NULL), ', '
           ORDER BY category || ' ' || name || ' ' || selected || ' ' || (tool_id IS NULL)) FROM muster.org_tool")" \
    '2 EDR Falconet true true, SIEM Lantern true true, SIEM Wazuh true false' 'tools: own ones, those of the catalogue found, twins one'
is "$(ask 'SELECT count(*) FROM muster.org_tool o JOIN muster.tool t ON t.id = o.id AND t.id = o.tool_id')" 2 'those of the catalogue have its id'
is "$(ask "SELECT string_agg(DISTINCT profile ->> 'industry', ' ') FROM muster.org_profile")" shipping 'profiles'
is "$(ask "SELECT string_agg(coalesce(language, '-'), ' ' ORDER BY language) FROM muster.app_user")" 'de de - -' 'languages: a choice stays, en was none'
is "$(ask "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'muster'::regnamespace AND relkind = 'r'
           AND relrowsecurity AND NOT relforcerowsecurity")" '' 'A3: row-level security is forced again'
is "$(ask "SELECT count(*) >= 60 AND count(DISTINCT category) = 13 AND bool_and(id = md5('muster tool ' || category || ' ' || name)::uuid) FROM muster.tool")" \
    t 'a catalogue of at least 60 tools in 13 categories'
echo "1..$n"
