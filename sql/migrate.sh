#!/bin/bash
# migrate.sh: brings the database of DATABASE_URL (as the owner role) to what this folder says, in one transaction: all of it or
# nothing, however it ends. Running programs go on serving meanwhile, before and after.
#
#   schema/NNNN_name.sql   tables, columns, indexes and moves of data: each once, in order. A file that has landed never changes again:
#                          its checksum is compared at every run. The first is the baseline, which the first release's database is equal to.
#   code/<area>/<name>.sql one function with its triggers, made again when its file changed; a function without a file is dropped
#   access/*.sql           policies, and who may do what: what the database has and the matrices do not say is taken away
#   data/*.sql             rows that belong to the program: run again when the file changed
#
# Two runs at once wait for each other. A deadlock with a running program is tried again.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${DATABASE_URL:?must name the database and the owner role}"
cd "$here"
shopt -s nullglob

# The last file of the first release (its 25 were one baseline later).
first_release=0025_mail_files
first_release_sha=7c5c199b31471dca4e7ea41b80b8041c4cc1cfda584126a8064d3ebda0a910fe

refuse() { # SQL that ends the run with a sentence when the psql variable in $1 is true
    printf '\\if :%s\nDO $$ BEGIN RAISE EXCEPTION USING MESSAGE = $m$%s$m$; END $$;\n\\endif\n' "$1" "$2"
}

checksum() { # FILE
    local sum
    sum=$(sha256sum <"$1")
    printf '%s' "${sum%% *}"
}

# The two tables that migrations are known by, and the lock that orders runs.
begin_step() {
    cat <<'SQL'
\set ON_ERROR_STOP on
\set VERBOSITY terse
SET client_min_messages = warning;
\o /dev/null
BEGIN;
SELECT pg_try_advisory_xact_lock(hashtext('muster migrations')) AS alone \gset
\if :alone
\else
\echo '  waiting for another migration of this database ...'
SELECT pg_advisory_xact_lock(hashtext('muster migrations'));
\endif
CREATE TABLE IF NOT EXISTS schema_version (
    version int PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS schema_file (
    name text PRIMARY KEY,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
SQL
}

# A move of data that row security would hide rows from fails (row_security off) instead of moving some of them.
schema_step() {
    local file base version last=0 sum same
    echo 'SET LOCAL row_security = off;'
    for file in schema/[0-9][0-9][0-9][0-9]_*.sql; do
        base=${file##*/} base=${base%.sql}
        version=$((10#${base%%_*}))
        if ((version <= last)); then
            echo "migrate.sh: two migrations have the number $version" >&2
            return 1
        fi
        sum=$(checksum "$file")
        same="sha256 = '$sum'"
        if ((last == 0)); then
            same="($same OR (name, sha256) = ('$first_release', '$first_release_sha'))"
            printf 'SELECT max(version) < %d AS older FROM schema_version \\gset\n\\if :{?older}\n' "$version"
            refuse older "This database is older than the first release. Upgrade it with that one (its migration $first_release) first."
            printf '\\endif\n'
        fi
        last=$version
        printf 'SELECT count(*) = 0 AS todo, NOT coalesce(bool_and(%s), true) AS changed FROM schema_version WHERE version = %d \\gset\n' "$same" "$version"
        refuse changed "The migration $base.sql was changed after it had landed. Restore it and put the change into a new file."
        printf "\\\\if :todo\n\\\\echo '  migration %s'\n\\\\i '%s'\n" "$base" "$file"
        printf "INSERT INTO schema_version (version, name, sha256) VALUES (%d, '%s', '%s');\n\\\\endif\n" "$version" "$base" "$sum"
    done
    printf 'SELECT coalesce(max(version), 0) > %d AS newer FROM schema_version \\gset\n' "$last"
    refuse newer "The database was migrated by a newer version of this program (this one knows migrations up to $last)."
    echo 'SET LOCAL row_security = on;'
}

# Functions are made in any order, and then once more with their bodies checked. CREATE OR REPLACE keeps the function that prepared
# statements know; where PostgreSQL refuses that (another result) or makes a second one of it (other arguments), it is made anew.
code_step() {
    local file name names=()
    cat <<'SQL'
GRANT USAGE, CREATE ON SCHEMA muster TO muster_lookup; -- an owner of functions needs it
CREATE TEMPORARY TABLE code_changed (name text, text text) ON COMMIT DROP;
SET LOCAL check_function_bodies = off;
CREATE FUNCTION pg_temp.code_drop(p_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    f regprocedure;
    t record;
BEGIN
    FOR t IN SELECT g.tgname, g.tgrelid::regclass AS tab FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
             WHERE p.pronamespace = 'muster'::regnamespace AND p.proname = p_name AND NOT g.tgisinternal LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t.tab);
    END LOOP;
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'muster'::regnamespace AND p.proname = p_name LOOP
        EXECUTE format('DROP FUNCTION %s', f);
    END LOOP;
END
$$;
CREATE FUNCTION pg_temp.code_apply(p_file text, p_sha256 text, p_text text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_name text := regexp_replace(p_file, '^.*/', '');
    v_again boolean := false;
BEGIN
    IF EXISTS (SELECT FROM schema_file s WHERE s.name = p_file AND s.sha256 = p_sha256) THEN
        RETURN;
    END IF;
    BEGIN
        EXECUTE p_text;
    EXCEPTION WHEN invalid_function_definition THEN
        v_again := true;
    END;
    IF v_again OR (SELECT count(*) FROM pg_proc p WHERE p.pronamespace = 'muster'::regnamespace AND p.proname = v_name) <> 1 THEN
        PERFORM pg_temp.code_drop(v_name);
        EXECUTE p_text;
    END IF;
    INSERT INTO code_changed VALUES (p_file, p_text);
    INSERT INTO schema_file (name, sha256) VALUES (p_file, p_sha256)
    ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, applied_at = now();
EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = p_file || '.sql: ' || SQLERRM;
END
$$;
SQL
    for file in code/*/*.sql; do
        name=${file%.sql}
        printf "SELECT pg_temp.code_apply('%s', '%s', \$muster_file\$%s\$muster_file\$);\n" "$name" "$(checksum "$file")" "$(<"$file")"
        names+=("'$name'")
    done
    # Whatever has no file any more; then every function that crosses tenants belongs to the role that may, and no other does.
    cat <<SQL
CREATE TEMPORARY TABLE code_file ON COMMIT DROP AS SELECT name, regexp_replace(name, '^.*/', '') AS function FROM unnest(ARRAY[$(
        IFS=,
        echo "${names[*]}"
    )]) AS name;
SELECT pg_temp.code_drop(p.proname) FROM pg_proc p
WHERE p.pronamespace = 'muster'::regnamespace AND p.proname NOT IN (SELECT function FROM code_file);
DELETE FROM schema_file s WHERE s.name LIKE 'code/%' AND s.name NOT IN (SELECT name FROM code_file);
SQL
    cat <<'SQL'
SET LOCAL check_function_bodies = on;
DO $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT name, text FROM code_changed LOOP
        BEGIN
            EXECUTE f.text;
        EXCEPTION WHEN OTHERS THEN
            RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = f.name || '.sql: ' || SQLERRM;
        END;
    END LOOP;
    FOR f IN SELECT p.oid::regprocedure AS name, CASE WHEN p.prosecdef THEN 'muster_lookup' ELSE 'muster_owner' END AS owner
             FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
             WHERE p.pronamespace = 'muster'::regnamespace AND (r.rolname = 'muster_lookup') <> p.prosecdef LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO %I', f.name, f.owner);
    END LOOP;
END
$$;
SQL
}

access_step() {
    local file
    for file in access/tables.sql access/functions.sql access/policies.sql access/apply.sql; do
        printf "\\\\i '%s'\n" "$file"
    done
}

data_step() {
    local file name sum
    for file in data/*.sql; do
        name=${file%.sql} sum=$(checksum "$file")
        printf "SELECT NOT EXISTS (SELECT FROM schema_file WHERE name = '%s' AND sha256 = '%s') AS todo \\\\gset\n" "$name" "$sum"
        printf "\\\\if :todo\n\\\\i '%s'\n" "$file"
        printf "INSERT INTO schema_file (name, sha256) VALUES ('%s', '%s') ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, applied_at = now();\n\\\\endif\n" "$name" "$sum"
    done
}

script=$(begin_step && schema_step && code_step && access_step && data_step && echo 'COMMIT;')
exec 3>&1
for try in 1 2 3; do
    errors=$(PGOPTIONS='-c statement_timeout=0 -c lock_timeout=0' psql --no-psqlrc --quiet "$DATABASE_URL" --file=- <<<"$script" 2>&1 >&3) && exit 0
    [[ $errors == *'deadlock detected'* && $try != 3 ]] || break
done
# The sentence alone, without psql's place in its input.
sed 's/^psql:[^ ]*: //; s/^ERROR:  //' <<<"$errors" >&2
exit 1
