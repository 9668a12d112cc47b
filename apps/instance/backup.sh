# backup.sh: the database of a running instance to a file and back, and to any moment in the past. The keys are no part of it: they
# are copied apart from the database. Sourced by instance.sh.
# shellcheck shell=bash

# A path as whoever called the command meant it: this process may be somewhere else by now.
from_caller() { # PATH
    [[ $1 == /* ]] && printf '%s\n' "$1" || printf '%s\n' "${INSTANCE_FOLDER-$PWD}/$1"
}

# Made aside with mode 0600, read once from its beginning to its end, and named when it is whole and on the disk. Never in the place
# of another file: the last good backup must not be what a bad one replaces.
verb_backup() {
    (($# == 1)) || die 'usage: instance.sh backup FILE'
    local file
    require_instance
    file=$(from_caller "$1")
    [[ ! -e $file ]] || die "$file is there already; a backup replaces no file."
    backup_part=$(mktemp -- "$file.XXXXXX" 2>/dev/null) || die "$(id -un) cannot make a file in $(dirname -- "$file")."
    trap 'rm -f -- "$backup_part"' EXIT
    "$(pg_bin)/pg_dump" --format=custom --no-password "host=$DB user=postgres dbname=muster" >"$backup_part" ||
        die 'The backup was not made; the message is above.'
    if ! is_backup "$backup_part" || ! "$(pg_bin)/pg_restore" --file=/dev/null "$backup_part"; then
        die 'The backup cannot be read again; it was removed.'
    fi
    sync -- "$backup_part"
    mv --no-clobber -- "$backup_part" "$file"
    [[ ! -e $backup_part ]] || die "$file is there already; a backup replaces no file."
    sync -- "$(dirname -- "$file")"
    say "The database is in $file ($(stat -c %s -- "$file") bytes), which was read again as a whole."
    say "Copy $ETC/secret.key apart from it: without that file sealed secrets, such as those of authenticator apps, are lost."
    say "Copy $ETC/audit.key and $ETC/audit.pub once, too: the keys of the daily audit head."
}

is_backup() { # FILE
    local list
    list=$("$(pg_bin)/pg_restore" --list "$1" 2>/dev/null) && [[ $list == *" TABLE DATA public schema_version "* ]]
}

# The old database serves until the other one is whole, migrated and ready; what fails before that changes nothing.
verb_restore() {
    local file='' replace='' one people
    for one in "$@"; do
        case $one in
        --replace) replace=1 ;;
        *)
            [[ -z $file ]] || die 'usage: instance.sh restore FILE [--replace]'
            file=$(from_caller "$one")
            ;;
        esac
    done
    [[ -n $file ]] || die 'usage: instance.sh restore FILE [--replace]'
    require_instance
    [[ -r $file ]] || die "$file is not there or not for $(id -un) to read."
    is_backup "$file" || die "$file is no backup of Muster."
    people=$(ask <<<"SELECT count(*) FROM muster.app_user WHERE email <> 'demo@example.com';")
    [[ $people == 0 || -n $replace ]] || die "This instance has $people accounts, which a restore removes with all that they did. Make a backup, then say --replace."
    say 'Reading the backup into a database of its own ...'
    PGOPTIONS='-c client_min_messages=warning' superuser_psql postgres -c 'DROP DATABASE IF EXISTS muster_restored' -c 'CREATE DATABASE muster_restored TEMPLATE template0'
    trap drop_restored EXIT
    "$(pg_bin)/pg_restore" --exit-on-error --no-password --dbname="host=$DB user=postgres dbname=muster_restored" "$file" ||
        die 'The backup could not be read to its end; nothing was changed.'
    prepare_tables muster_restored
    hand_out_keys
    replace_old_keys muster_restored
    say 'Changing over ...'
    change_over
    # Its password and key belong to the database that is gone.
    rm -f "$ETC/demo.json"
    name_missing_keys
    say "The instance serves what $file holds."
}

drop_restored() {
    PGOPTIONS='-c client_min_messages=warning' superuser_psql postgres -c 'DROP DATABASE IF EXISTS muster_restored WITH (FORCE)' || true
}

# Requests of these seconds are answered 503.
change_over() {
    local names tries
    names=$( (pools && workers) | paste -sd " ")
    # shellcheck disable=SC2064  # now
    trap "up $names; drop_restored" EXIT
    # shellcheck disable=SC2086  # names hold no spaces
    down 20000 $names
    for ((tries = 0; tries < 50; tries++)); do
        ! rename_databases 2>/dev/null || break
        sleep 0.1
    done
    # shellcheck disable=SC2086  # names hold no spaces
    up $names
    trap drop_restored EXIT
    ((tries < 50)) || die 'Somebody keeps a connection to the database, so it could not be changed over; nothing was changed.'
    wait_for_health
    PGOPTIONS='-c client_min_messages=warning' superuser_psql postgres -c 'DROP DATABASE IF EXISTS muster_replaced WITH (FORCE)'
}

rename_databases() {
    superuser_psql postgres --output=/dev/null <<'SQL'
SET client_min_messages = warning;
DROP DATABASE IF EXISTS muster_replaced WITH (FORCE);
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('muster', 'muster_restored');
BEGIN;
ALTER DATABASE muster RENAME TO muster_replaced;
ALTER DATABASE muster_restored RENAME TO muster;
COMMIT;
SQL
}

# Sealed values name their key, and so does each line of the key file.
name_missing_keys() {
    local key have
    have=$(cut -d: -f1 "$ETC/secret.key")
    for key in $(ask <<<"SELECT DISTINCT split_part(sealed, ':', 1) FROM muster.second_factor
                         UNION SELECT split_part(sealed, ':', 1) FROM muster.mail WHERE sealed IS NOT NULL;"); do
        [[ $'\n'$have$'\n' == *$'\n'"$key"$'\n'* ]] ||
            say "Secrets in it were sealed with the key $key, which is not in $ETC/secret.key: add that line from your copy of the key file, then run \"instance.sh rotate-key\"."
    done
}

# ---- to any moment: a copy of the whole cluster, and all changes since, which WAL_ARCHIVE keeps ----

verb_base-backup() {
    (($# == 1)) || die 'usage: instance.sh base-backup FOLDER'
    local folder
    require_instance
    folder=$(from_caller "$1")
    [[ ! -e $folder ]] || die "$folder is there already."
    mkdir -m 700 -- "$folder.part" 2>/dev/null || die "$(id -un) cannot make $folder.part."
    trap 'rm -rf -- "$base_part"' EXIT
    base_part=$folder.part
    "$(pg_bin)/pg_basebackup" --pgdata="$base_part" --checkpoint=fast --wal-method=stream --no-password \
        --dbname="host=$DB user=postgres" || die 'The copy was not made; the message is above.'
    "$(pg_bin)/pg_verifybackup" --quiet "$base_part" || die 'The copy is not what the server sent; it was removed.'
    mv --no-clobber -T -- "$base_part" "$folder"
    say "The cluster is in $folder, and every file of it was checked. Copy $ETC/secret.key apart from it."
    [[ -n $(superuser_psql postgres -Atc "SELECT 1 FROM pg_settings WHERE name = 'archive_mode' AND setting = 'on'") ]] ||
        say 'WAL_ARCHIVE is not set, so this copy can be brought back as it is and to no later moment.'
}

# The next start reads the changes up to the moment; what was there is kept beside it.
verb_recover() {
    (($# == 1 || $# == 2)) || die 'usage: instance.sh recover FOLDER ["YYYY-MM-DD HH:MM:SS+00"]'
    local folder time=${2-} pattern='^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$'
    ! is_running || die "The instance on VAR=$VAR runs. Stop it first."
    folder=$(from_caller "$1")
    [[ -z $time || $time =~ $pattern ]] || die 'The moment must look like "2031-05-06 07:08:09+00".'
    [[ -r $folder/backup_label && -r $folder/PG_VERSION ]] || die "$folder is no copy that base-backup has made, or not for $(id -un) to read."
    [[ ! -e $PGDATA.before ]] || die "$PGDATA.before is there, from another recovery. Move it away first."
    rm -rf "$PGDATA.new"
    cp -a -- "$folder" "$PGDATA.new"
    {
        printf "restore_command = 'cp \"\$WAL_ARCHIVE/%%f\" \"%%p\"'\nrecovery_target_action = promote\n"
        [[ -z $time ]] || printf "recovery_target_time = '%s'\n" "$time"
    } >"$PGDATA.new/postgresql.auto.conf"
    : >"$PGDATA.new/recovery.signal"
    ! is_separate || chown -hR "$(user_of postgres):" "$PGDATA.new"
    [[ ! -e $PGDATA ]] || mv "$PGDATA" "$PGDATA.before"
    mv "$PGDATA.new" "$PGDATA"
    say "The next start, with WAL_ARCHIVE set as before, brings it to ${time:-the last change that was kept}. What was there is in $PGDATA.before."
}

# As the user who runs the database, who must be able to keep every change there.
check_archive() {
    [[ -z $WAL_ARCHIVE ]] || as_service postgres test -d "$WAL_ARCHIVE" -a -w "$WAL_ARCHIVE" ||
        die "WAL_ARCHIVE=$WAL_ARCHIVE must be a folder in which the user $(user_of postgres) may make files."
}
