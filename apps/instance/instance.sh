#!/usr/bin/env -S LC_ALL=C.UTF-8 /bin/bash
# shellcheck shell=bash
# instance.sh VERB: one instance of Muster: its own database cluster, nginx and processes below VAR, on PORT. The list of verbs is
# below (VERBS). Settings come from the environment (settings.sh; README.md beside this file says what they mean).
# In a source tree the programs of BUILD are copied to VAR/app first and run from there. As root every service has a user of
# its own (users.sh); in a VAR of another user everything is done as that one.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=apps/instance/lib.sh
. "$here/lib.sh"
# shellcheck source=apps/instance/settings.sh
. "$here/settings.sh"
# shellcheck source=apps/instance/memory.sh
. "$here/memory.sh"
# shellcheck source=apps/instance/users.sh
. "$here/users.sh"
# shellcheck source=apps/instance/place.sh
. "$here/place.sh"
# shellcheck source=apps/instance/database.sh
. "$here/database.sh"
# shellcheck source=apps/instance/keys.sh
. "$here/keys.sh"
# shellcheck source=apps/instance/backup.sh
. "$here/backup.sh"
# shellcheck source=apps/instance/platform.sh
. "$here/platform.sh"
# shellcheck source=apps/instance/audit.sh
. "$here/audit.sh"
# shellcheck source=apps/instance/services.sh
. "$here/services.sh"
# shellcheck source=apps/instance/limits.sh
. "$here/limits.sh"
# shellcheck source=apps/instance/web.sh
. "$here/web.sh"
umask 077

finish() {
    local status=$?
    trap '' INT TERM HUP
    trap - EXIT
    [[ -z ${announce_stop-} ]] || say 'Stopping ...'
    stop_supervisor
    rm -f "$VAR/run/pid"
    [[ $RUN == "$VAR/run" ]] || rm -rf "$RUN"
    [[ -z ${announce_stop-} ]] || say 'Stopped.'
    exit "$status"
}

bring_up_database() {
    make_run_dir
    PG_BIN=$(pg_bin)
    create_cluster
    configure_cluster
    make_services
    trap finish EXIT
    trap 'announce_stop=1; exit 0' INT TERM HUP
    start_supervisor
    wait_until_supervised
    up postgres
    wait_for_database
    prepare_database
}

verb_init() {
    stop_leftovers
    echo $$ >"$VAR/run/pid"
    bring_up_database
    say 'The database is ready.'
}

verb_start() {
    local names
    stop_leftovers
    echo $$ >"$VAR/run/pid"
    listen_addresses >/dev/null
    check_mail
    check_archive
    bring_up_database
    configure_nginx
    keep_settings
    names=$(pools && workers)
    # shellcheck disable=SC2086  # names hold no spaces
    up $names nginx
    wait_for_health
    announce
    # Only a signal or the supervisor's end gets past this line.
    wait "$supervisor" 2>/dev/null || true
    die "The supervisor of $VAR ended unexpectedly; its services were stopped. Its messages are in $VAR/log/supervisor."
}

# The main process needs a minute at most, whatever its services do (stop_supervisor); it is not waited for any longer.
verb_stop() {
    local pid tries
    is_running || {
        stop_leftovers
        rm -f "$VAR/run/pid"
        say "No instance runs on VAR=$VAR."
        return 0
    }
    pid=$(cat "$VAR/run/pid" 2>/dev/null) || die "The instance on VAR=$VAR is just being started. Try again."
    kill -TERM "$pid" 2>/dev/null || true
    for ((tries = 0; tries < 800; tries++)); do
        is_running || return 0
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    stop_leftovers
    die "Process $pid did not stop within 80 seconds and was killed, with everything below it."
}

verb_status() {
    local name
    is_running || {
        say "No instance runs on VAR=$VAR."
        return 3
    }
    say "Instance on VAR=$VAR, process $(<"$VAR/run/pid"), $(<"$VAR/etc/url")"
    for name in postgres nginx $(pools) $(workers); do
        printf '  %-12s %s\n' "$name" "$(s6-svstat "$SERVICES/$name")"
    done
    curl --silent --show-error --globoff --max-time 5 "$(<"$VAR/etc/probe")/healthz" && say
}

verb_psql() {
    exec "$(pg_bin)/psql" "host=$DB user=${DBUSER:-postgres} dbname=muster" "$@"
}

# Where no place is asked for: it lies beside the scripts.
verb_version() {
    [[ ! -r $here/VERSION ]] || {
        say "muster $(<"$here/VERSION")"
        return 0
    }
    die 'The file VERSION is missing.'
}

# VERB ARGUMENTS what it does
VERBS='
start||serve in the foreground until SIGINT or SIGTERM; prints "ready: URL" when it does
stop||end a running instance
status||say what runs
check||check the settings, start nothing
init||create and migrate the database, load the library, stop again
backup|FILE|write the database of a running instance to FILE, and prove that it can be read
restore|FILE [--replace]|put what a backup holds in the place of the database of a running instance
base-backup|FOLDER|copy the cluster of a running instance to a new folder
recover|FOLDER [TIME]|put such a copy in the place of a stopped cluster; WAL_ARCHIVE brings it to any later moment
psql|[ARGUMENT...]|open the database
create-org|NAME ADMIN_EMAIL [PLAN]|create an organisation; prints the link with which its administrator joins
platform-admin|EMAIL [--revoke]|make somebody administrator of the whole installation, or take that back
reset-factor|EMAIL|remove a second factor that was lost, also of a platform administrator
list-orgs||one line an organisation
audit-verify|[FILE [PUBLIC_KEY]]|check the audit logs of all organisations, and against a head that was kept elsewhere
audit-key||print the public key that the daily audit head is signed with
rotate-key||seal all stored secrets again under a new key; safe to interrupt and to run again
users||make the users of the services where they are missing; as root, once on a machine
purge||remove VAR with all its data
version||say which Muster this is
'

usage() {
    local verb arguments what
    say 'usage: instance.sh VERB, as root or as the user whose instance it is. VAR names the folder of the instance.'
    while IFS='|' read -r verb arguments what; do
        [[ -z $verb ]] || printf '  %-36s %s\n' "$verb $arguments" "$what"
    done <<<"$VERBS"
}

main() {
    local verb=${1-}
    case $verb in
    --version) verb=version ;;
    --help | help)
        usage
        return 0
        ;;
    esac
    [[ $verb =~ ^[a-z-]+$ && $VERBS == *$'\n'"$verb|"* ]] || die "$(usage)"
    shift
    [[ $verb != version ]] || {
        verb_version
        return 0
    }
    load_settings "$verb"
    [[ $verb != check ]] || {
        verb_check
        return 0
    }
    take_place "$verb" "$@"
    load_paths
    "verb_$verb" "$@"
}

main "$@"
