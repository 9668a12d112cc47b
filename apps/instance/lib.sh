# lib.sh: what the scripts of an instance share: messages, paths, templates. Sourced by instance.sh.
# shellcheck shell=bash

say() {
    printf '%s\n' "$*"
}

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Paths inside VAR, which is absolute and free of symbolic links by now.
load_paths() {
    APP=$VAR/app
    [[ -z ${INSTALLED_APP-} ]] || APP=$INSTALLED_APP
    SHARE=$APP/share/muster
    PGDATA=$VAR/pg/data
    ETC=$VAR/etc
    SERVICES=$VAR/run/services
    LOCK=$VAR/lock
    RUN=$VAR/run
    # A UNIX socket path holds 107 bytes, connection strings quote nothing, and configuration files have letters of their own. What
    # stands there instead of VAR and SHARE are links in RUN then.
    CONF_VAR=$VAR CONF_SHARE=$SHARE
    if ((${#RUN} > 107 - 20)) || [[ $RUN$SHARE =~ [^A-Za-z0-9._/-] ]]; then
        RUN=/tmp/muster-$(id -u)-$(printf '%s' "$VAR" | sha256sum | cut -c1-16)
        [[ ! $VAR$SHARE =~ [^A-Za-z0-9._/-] ]] || CONF_VAR=$RUN/var CONF_SHARE=$RUN/share
    fi
    CONF_ETC=$CONF_VAR/etc
    DB=$RUN/db
    # Where one user does everything: what set-up alone may use. Made anew at every start, so it is not in $ETC, which is copied.
    export PGPASSFILE=$VAR/pg/pgpass
}

pg_bin() {
    local version dir
    if [[ -r $PGDATA/PG_VERSION ]]; then
        version=$(<"$PGDATA/PG_VERSION")
        [[ $version =~ ^[0-9]+$ ]] || die "$PGDATA/PG_VERSION does not name a version."
        dir=/usr/lib/postgresql/$version/bin
        [[ -x $dir/postgres ]] || die "The data in $PGDATA need PostgreSQL $version, which is not installed."
    else
        dir=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
        [[ -x $dir/initdb ]] || die 'PostgreSQL is not installed: run apps/instance/deps.sh run.'
    fi
    printf '%s\n' "$dir"
}

# Held by the instance's main process alone; free means that no instance is being supervised.
is_running() {
    [[ -r $LOCK ]] && ! flock -n "$LOCK" true
}

# Patient, because a killed instance takes a moment to be gone on a busy machine.
refuse_second_start() {
    [[ ! -r $LOCK ]] || flock -w 2 "$LOCK" true || die "An instance already runs on VAR=$VAR (process $(cat "$VAR/run/pid" 2>/dev/null || echo unknown)). Stop it, or choose another VAR and PORT."
}

# fill FROM TO NAME...: copies a template, replacing each @NAME@ by the variable's value.
fill() {
    local from=$1 to=$2 text name
    shift 2
    text=$(<"$from")
    for name in "$@"; do
        text=${text//"@$name@"/"${!name}"}
    done
    [[ ! $text =~ @[A-Z_]+@ ]] || die "$from: nothing fills ${BASH_REMATCH[0]}."
    printf '%s\n' "$text" >"$to"
}
