# database.sh: the private PostgreSQL cluster: created once, configured at every start, migrated and loaded. Sourced by instance.sh.
# shellcheck shell=bash

create_cluster() {
    local bin
    [[ ! -e $PGDATA/PG_VERSION ]] || return 0
    bin=$(pg_bin)
    say 'Creating the database cluster ...'
    # Made aside and renamed, so that an interrupted run leaves no half of it.
    rm -rf "$PGDATA.new"
    if ! LC_ALL=C.UTF-8 "$bin/initdb" --pgdata="$PGDATA.new" --username=postgres --auth=peer --encoding=UTF8 --locale=C.UTF-8 \
        --data-checksums >"$VAR/log/initdb" 2>&1; then
        cat "$VAR/log/initdb" >&2
        die 'initdb failed.'
    fi
    mv "$PGDATA.new" "$PGDATA"
}

configure_cluster() {
    local CONNECTIONS MAP='' user role
    CONNECTIONS=$(($(families | wc -w) * PROCESSES + $(workers | wc -w) * JOBS_PROCESSES + cores + 30))
    # root could become the instance's user anyway, so it may look into the database too.
    for user in "$(id -un)" root; do
        for role in postgres muster_owner $( (families && workers) | sed 's/^/muster_/'); do
            MAP+="muster  $user  $role"$'\n'
        done
    done
    fill "$SHARE/instance/postgres/postgresql.conf.in" "$ETC/postgresql.conf" PGDATA ETC RUN CONNECTIONS
    fill "$SHARE/instance/postgres/pg_ident.conf.in" "$ETC/pg_ident.conf" MAP
    cp "$SHARE/instance/postgres/pg_hba.conf" "$ETC/pg_hba.conf"
}

superuser_psql() {
    "$(pg_bin)/psql" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --set=VERBOSITY=terse "host=$RUN user=postgres dbname=$1" "${@:2}"
}

wait_for_database() {
    local bin tries
    bin=$(pg_bin)
    for ((tries = 0; tries < 600; tries++)); do
        "$bin/pg_isready" --quiet --host="$RUN" --username=postgres --dbname=postgres && return
        kill -0 "$supervisor" 2>/dev/null || break
        sleep 0.05
    done
    show_log postgres
    die 'PostgreSQL did not start; its last log lines are above.'
}

prepare_database() {
    local owner="host=$RUN user=muster_owner dbname=muster"
    if [[ $(superuser_psql postgres -Atc "SELECT count(*) FROM pg_database WHERE datname = 'muster'") == 0 ]]; then
        superuser_psql postgres -c 'CREATE DATABASE muster'
    fi
    PGOPTIONS='-c client_min_messages=warning' superuser_psql muster --file="$SHARE/sql/roles.sql"
    superuser_psql muster -c 'ALTER DATABASE muster OWNER TO muster_owner'
    PATH=$(pg_bin):$PATH DATABASE_URL=$owner "$SHARE/sql/migrate.sh"
    if [[ -x $APP/bin/muster-library ]]; then
        DATABASE_URL=$owner LOG_LEVEL=$LOG_LEVEL "$APP/bin/muster-library" "$SHARE/library" >"$VAR/log/library" 2>&1 || {
            cat "$VAR/log/library" >&2
            die 'The scenario library could not be loaded; the lines above say why.'
        }
    fi
    create_keys
}
