# database.sh: the private PostgreSQL cluster: created once, configured at every start, migrated and loaded. Sourced by instance.sh.
# shellcheck shell=bash

create_cluster() {
    local bin
    [[ ! -e $PGDATA/PG_VERSION ]] || return 0
    bin=$(pg_bin)
    say 'Creating the database cluster ...'
    # Made aside and renamed, so that an interrupted run leaves no half of it.
    rm -rf "$PGDATA.new"
    if ! LC_ALL=C.UTF-8 as_service postgres "$bin/initdb" --pgdata="$PGDATA.new" --username=postgres --auth=peer --encoding=UTF8 --locale=C.UTF-8 \
        --data-checksums >"$VAR/log/initdb" 2>&1; then
        cat "$VAR/log/initdb" >&2
        die 'initdb failed.'
    fi
    mv "$PGDATA.new" "$PGDATA"
}

# Every service's user is its own role and no other. root could become anybody anyway, so it may be every role.
ident_map() {
    local service role
    for service in $(families) $(workers); do
        printf 'muster  %s  muster_%s\n' "$(user_of "$service")" "$service"
    done
    for role in postgres muster_owner; do
        printf 'muster  %s  %s\n' "$(user_of postgres)" "$role"
    done
    for role in postgres muster_owner $( (families && workers) | sed 's/^/muster_/'); do
        printf 'muster  root  %s\n' "$role"
    done
}

configure_cluster() {
    local CONNECTIONS CACHE WORK MAINTENANCE WAL PARALLEL MAP ARCHIVE=off file
    [[ -z $WAL_ARCHIVE ]] || ARCHIVE=on
    size_database
    MAP=$(ident_map)
    fill "$SHARE/instance/postgres/postgresql.conf.in" "$ETC/postgresql.conf" \
        CONF_VAR CONF_ETC CONF_SHARE DB ARCHIVE CONNECTIONS SHARED_BUFFERS_MB CACHE WORK MAINTENANCE WAL PARALLEL LIMIT_WRITES cores
    fill "$SHARE/instance/postgres/pg_ident.conf.in" "$ETC/pg_ident.conf" MAP
    allow_setup 'peer map=muster'
    for file in postgresql pg_ident pg_hba; do
        give postgres "$ETC/$file.conf"
    done
    check_additions
}

# A word that PostgreSQL does not take is named before anything starts.
check_additions() {
    local out
    [[ -e $ETC/postgresql.local.conf ]] || return 0
    give postgres "$ETC/postgresql.local.conf"
    out=$(as_service postgres "$PG_BIN/postgres" -C shared_buffers -c config_file="$ETC/postgresql.conf" 2>&1) || {
        printf '%s\n' "$out" >&2
        die "PostgreSQL does not accept $ETC/postgresql.local.conf; its message is above."
    }
}

# How set-up proves that it is the superuser or the owner of the tables.
allow_setup() { # METHOD
    local METHOD=$1
    fill "$SHARE/instance/postgres/pg_hba.conf.in" "$ETC/pg_hba.conf" METHOD
}

# One user for everything: whatever serves requests would be the superuser by asking for that. So these roles get a password that is
# made anew at every start, in a file that the programs which serve cannot open (Landlock).
lock_setup() {
    local password tries
    ! is_separate || return 0
    password=$(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
    (umask 077 && printf '*:*:*:%s:%s\n' postgres "$password" muster_owner "$password" >"$PGPASSFILE")
    superuser_psql postgres <<<"ALTER ROLE postgres PASSWORD '$password'; ALTER ROLE muster_owner PASSWORD '$password';"
    allow_setup scram-sha-256
    superuser_psql postgres --output=/dev/null -c 'SELECT pg_reload_conf()'
    for ((tries = 0; tries < 500; tries++)); do
        PGPASSFILE=/dev/null superuser_psql postgres --no-password -c '' 2>/dev/null || return 0
        sleep 0.02
    done
    die 'PostgreSQL lets its superuser in without a password.'
}

superuser_psql() {
    "$(pg_bin)/psql" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --set=VERBOSITY=terse "host=$DB user=postgres dbname=$1" "${@:2}"
}

wait_for_database() {
    local bin tries
    bin=$(pg_bin)
    for ((tries = 0; tries < 600; tries++)); do
        "$bin/pg_isready" --quiet --host="$DB" --username=postgres --dbname=postgres && return
        kill -0 "$supervisor" 2>/dev/null || break
        sleep 0.05
    done
    show_log postgres
    die 'PostgreSQL did not start; its last log lines are above.'
}

prepare_database() {
    wait_for_recovery
    if [[ $(superuser_psql postgres -Atc "SELECT count(*) FROM pg_database WHERE datname = 'muster'") == 0 ]]; then
        superuser_psql postgres -c 'CREATE DATABASE muster'
    fi
    prepare_tables muster
    create_keys
    create_audit_key
    lock_setup
}

# Reading the changes since a copy was made takes as long as it takes (instance.sh recover).
wait_for_recovery() {
    local said=
    while [[ $(superuser_psql postgres -Atc 'SELECT pg_is_in_recovery()') == t ]]; do
        [[ -n $said ]] || say 'Reading the changes of the past ...'
        said=1
        kill -0 "$supervisor" 2>/dev/null || die 'The database ended while it was recovered.'
        sleep 0.2
    done
}

# Before anything of it is touched, roles included.
refuse_newer() { # DATABASE
    local file known=0 has=0
    for file in "$SHARE"/sql/schema/[0-9][0-9][0-9][0-9]_*.sql; do
        file=${file##*/}
        known=$((10#${file%%_*}))
    done
    [[ -z $(superuser_psql "$1" -Atc "SELECT to_regclass('public.schema_version')") ]] ||
        has=$(superuser_psql "$1" -Atc 'SELECT coalesce(max(version), 0) FROM schema_version')
    ((has <= known)) || die "The database was migrated by a newer version of this program (to $has; this one knows migrations up to $known). Nothing was changed."
}

# Everything that this program needs in a database: roles, tables, functions, the library.
prepare_tables() { # DATABASE
    local owner="host=$DB user=muster_owner dbname=$1"
    refuse_newer "$1"
    PGOPTIONS='-c client_min_messages=warning' superuser_psql "$1" --file="$SHARE/sql/roles.sql"
    superuser_psql "$1" -c "ALTER DATABASE $1 OWNER TO muster_owner"
    PATH=$(pg_bin):$PATH DATABASE_URL=$owner "$SHARE/sql/migrate.sh" || die 'The database was not migrated; the message is above, and nothing was changed.'
    if [[ -x $APP/bin/muster-library ]]; then
        DATABASE_URL=$owner LOG_LEVEL=$LOG_LEVEL as_service postgres "$APP/bin/muster-library" "$CONF_SHARE/library" >"$VAR/log/library" 2>&1 || {
            cat "$VAR/log/library" >&2
            die 'The scenario library could not be loaded; the lines above say why.'
        }
    fi
}
