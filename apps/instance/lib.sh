# lib.sh: what the scripts of an instance share: messages, settings with their defaults, paths. Sourced by instance.sh.
# shellcheck shell=bash

# Everything that an instance takes from its environment; all else is dropped before anything starts.
SETTINGS=(VAR PORT LISTEN PROCESSES HASH_PROCESSES JOBS_PROCESSES MEMORY_MB SHARED_BUFFERS_MB DB_CONNECTIONS WEB_WORKERS WEB_CONNECTIONS DEMO BASE_URL SIGNUPS DEFAULT_PLAN RATE_LIMIT_PER_MINUTE LOG_LEVEL LOG TRUSTED_PROXIES
    LIMIT_CONNECTIONS LIMIT_BODIES LIMIT_PASSWORDS LIMIT_WRITES LIMIT_REGISTER LIMIT_SIGNIN_ACCOUNT LIMIT_SIGNIN_ADDRESS LIMIT_ACCOUNT_MAILS LIMIT_INVITE_MAILS LIMIT_INVITE_RECIPIENT LIMIT_GENERATE LIMIT_EXPORT
    SMTP_URL SMTP_USER SMTP_PASSWORD_FILE SMTP_TLS SMTP_CA_FILE SMTP_TIMEOUT MAIL_FROM ASAN_OPTIONS UBSAN_OPTIONS)

say() {
    printf '%s\n' "$*"
}

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

require_number() {
    local name=$1 low=$2 high=$3 value=${!1}
    if ! [[ $value =~ ^[0-9]{1,9}$ ]] || ((10#$value < low || 10#$value > high)); then
        die "$name must be a whole number from $low to $high, not \"$value\"."
    fi
}

require_one_of() {
    local name=$1 value
    shift
    for value in "$@"; do
        [[ ${!name} != "$value" ]] || return 0
    done
    die "$name must be one of: $*; not \"${!name}\"."
}

load_settings() {
    : "${PORT:=8080}" "${LISTEN:=}" "${DEMO:=1}" "${SIGNUPS:=open}" "${DEFAULT_PLAN:=ENTERPRISE}" "${TRUSTED_PROXIES:=}"
    : "${RATE_LIMIT_PER_MINUTE:=600}" "${LIMIT_WRITES:=20000}" "${LOG_LEVEL:=info}" "${LOG:=files}"
    require_number PORT 1 65535
    require_number RATE_LIMIT_PER_MINUTE 0 1000000
    require_number LIMIT_WRITES 0 100000000
    require_one_of DEMO 0 1
    require_one_of SIGNUPS open closed
    require_one_of LOG files stdout
    require_one_of LOG_LEVEL debug info warn error
    default_sizes
    : "${BASE_URL:=http://localhost:$PORT}"
    BASE_URL=${BASE_URL%/}
    [[ $BASE_URL =~ ^https?://[]A-Za-z0-9.:[-]+$ ]] || die "BASE_URL must look like https://host or https://host:port, not \"$BASE_URL\"."
    [[ $LISTEN$TRUSTED_PROXIES =~ ^[]0-9a-fA-F.:/[\ ]*$ ]] || die 'LISTEN and TRUSTED_PROXIES are addresses separated by spaces.'
}

# Ends the program with the worker's sentence when the settings of mail make no sense.
check_mail() {
    local name
    for name in SMTP_PASSWORD_FILE SMTP_CA_FILE; do
        [[ ${!name-} == '' || ${!name} == /* ]] || die "$name must be an absolute path, not \"${!name}\"."
    done
    [[ ! -x $APP/bin/muster-jobs ]] || BASE_URL=$BASE_URL as_service jobs "$APP/bin/muster-jobs" --check ||
        die "Mail cannot be sent like this; the line above says why. The worker is the user $(user_of jobs)."
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
    # A UNIX socket path holds 107 bytes, and the configuration files quote nothing.
    if ((${#RUN} > 107 - 20)) || [[ $RUN =~ [^A-Za-z0-9._/-] ]]; then
        RUN=/tmp/muster-$(id -u)-$(printf '%s' "$VAR" | sha256sum | cut -c1-16)
    fi
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
    [[ ! -r $LOCK ]] || flock -w 2 "$LOCK" true || die "An instance already runs on VAR=$VAR (process $(cat "$VAR/run/pid" 2>/dev/null)). Stop it, or choose another VAR and PORT."
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
