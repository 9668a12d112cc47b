#!/bin/bash
# migrate.sh: brings the database of DATABASE_URL (as the owner role) to the newest of migrations/NNNN_name.sql.
# Each file is one transaction together with its row in schema_version, so a file holds no BEGIN or COMMIT of its own.
# A file that has landed never changes again: its checksum is compared at every run. Two runs at once wait for each other.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${DATABASE_URL:?must name the database and the owner role}"
shopt -s nullglob

refuse() { # SQL that ends the run with a sentence when the psql variable in $1 is true
    printf '\\if :%s\nDO $$ BEGIN RAISE EXCEPTION USING MESSAGE = $m$%s$m$; END $$;\n\\endif\n' "$1" "$2"
}

steps() {
    cat <<'SQL'
\set ON_ERROR_STOP on
\set VERBOSITY terse
SET client_min_messages = warning;
\o /dev/null
SELECT pg_advisory_lock(hashtext('muster migrations'));
CREATE TABLE IF NOT EXISTS schema_version (
    version int PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
SQL
    local file base version sum last=0
    for file in "$here"/migrations/[0-9][0-9][0-9][0-9]_*.sql; do
        base=${file##*/}
        version=$((10#${base%%_*}))
        if ((version <= last)); then
            echo "migrate.sh: two migrations have the number $version" >&2
            return 1
        fi
        last=$version
        sum=$(sha256sum <"$file")
        sum=${sum%% *}
        printf "SELECT count(*) = 0 AS todo, coalesce(bool_or(sha256 <> '%s'), false) AS changed FROM schema_version WHERE version = %d \\\\gset\n" "$sum" "$version"
        refuse changed "The migration $base was changed after it had landed. Restore it and put the change into a new file."
        printf "\\\\if :todo\n\\\\echo '  migration %s'\nBEGIN;\n\\\\i '%s'\n" "${base%.sql}" "$file"
        printf "INSERT INTO schema_version (version, name, sha256) VALUES (%d, '%s', '%s');\nCOMMIT;\n\\\\endif\n" "$version" "${base%.sql}" "$sum"
    done
    printf 'SELECT coalesce(max(version), 0) > %d AS newer FROM schema_version \\gset\n' "$last"
    refuse newer "The database was migrated by a newer version of this program (this one knows migrations up to $last)."
}

script=$(steps)
PGOPTIONS='-c statement_timeout=0' psql --no-psqlrc --quiet "$DATABASE_URL" --file=- <<<"$script"
