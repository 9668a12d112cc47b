# keys.sh: the keys that seal the secrets of people. They live beside the database, not in it. Sourced by instance.sh.
#
# One file is kept, $ETC/secret.key, which no program that serves can read. Each of them is given a file of its own with what it needs and
# no more, derived from that one (common/crypto/ring.h) at every start: who only seals mails has a public key.
# shellcheck shell=bash

# What a program needs: "intel" seals and opens the secret keys of API users; "people" seals and opens secrets of people, "mailto" seals what is to be said by mail, "mailbox" opens it, "old"
# are keys of versions that had one for everything, and open what these sealed.
uses_of() { # PROGRAM
    case $1 in
    auth) echo people old mailto ;;
    portal) echo mailto ;;
    intel) echo intel old ;;
    jobs) echo mailbox ;;
    *) die "apps/instance/keys.sh does not say which keys muster-$1 needs." ;;
    esac
}

# Its name begins with m: other keys are derived from it.
new_key() {
    printf 'm%s:%s\n' "$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')" "$(head -c 32 /dev/urandom | base64 -w 0)"
}

# Made aside, flushed and renamed: whoever reads the file sees all of the old one or all of the new one.
write_keys() { # TEXT
    (umask 077 && printf '%s\n' "$1" >"$ETC/secret.key.new")
    own_keys
    sync "$ETC/secret.key.new"
    mv "$ETC/secret.key.new" "$ETC/secret.key"
    sync "$ETC"
}

# muster-auth as who may read all keys.
with_keys() { # ARGUMENTS...
    # shellcheck disable=SC2046  # words are what is wanted
    SECRET_KEY_FILE=$ETC/secret.key $(become "$CLUSTER_USER" "$CLUSTER_USER,$KEY_GROUP") "$APP/bin/muster-auth" "$@"
}

# The worker comes first, so that it opens whatever the others seal. A folder for each: nobody is let into another one's (Landlock).
hand_out_keys() {
    local program dir uses
    mkdir -p "$ETC/keys"
    ! is_separate || chmod 711 "$ETC/keys"
    for program in $(workers) $(families); do
        has_setting "$program" SECRET_KEY_FILE || continue
        dir=$ETC/keys/$program
        uses=$(uses_of "$program")
        mkdir -p "$dir"
        # shellcheck disable=SC2086  # words are what is wanted
        (umask 077 && with_keys --keys $uses >"$dir/ring.new") || die 'The keys could not be handed out; the message is above.'
        give "$program" "$dir"
        mv "$dir/ring.new" "$dir/ring"
    done
}

# What keys of an older version sealed is sealed again, while nobody serves. What does not open stays as it is.
replace_old_keys() { # DATABASE
    local old
    old=$(sed -n 's/^\([^m:][^:]*\):.*/\1/p' "$ETC/secret.key" | paste -sd ,)
    [[ -z $old || $(superuser_psql "$1" -Atc "SELECT EXISTS (SELECT FROM muster.second_factor WHERE split_part(sealed, ':', 1) = ANY ('{$old}'))
        OR EXISTS (SELECT FROM muster.intel_user WHERE split_part(sealed, ':', 1) = ANY ('{$old}'))
        OR EXISTS (SELECT FROM muster.mail WHERE split_part(sealed, ':', 1) = ANY ('{$old}'))") == f ]] ||
        DATABASE_URL="host=$DB user=muster_owner dbname=$1" with_keys --reseal || true
}

# A database with sealed secrets whose key is gone must not get another key that opens none of them. A file of an older version gets a key
# in front that others are derived from.
create_keys() {
    local key old=''
    if [[ ! -e $ETC/secret.key ]]; then
        if [[ $(superuser_psql muster -Atc 'SELECT (SELECT count(*) FROM muster.second_factor) + (SELECT count(*) FROM muster.mail WHERE sealed IS NOT NULL)
            + (SELECT count(*) FROM muster.intel_user WHERE sealed IS NOT NULL)') != 0 ]]; then
            die "$ETC/secret.key is missing, and the database holds secrets that only its keys open. Put it back from your backup."
        fi
    else
        old=$(<"$ETC/secret.key")
    fi
    if [[ $old != m* ]]; then
        key=$(new_key)
        write_keys "$key${old:+$'\n'$old}"
    fi
    hand_out_keys
    replace_old_keys muster
}

# Adds a key in front, then seals everything again with it. The families notice their new files by themselves; the old keys stay,
# for backups and for whatever an interrupted run has left to the next one.
verb_rotate-key() {
    local key old
    [[ -e $ETC/secret.key ]] || die "There is no $ETC/secret.key; it is made at the first start."
    require_instance
    exec {keys_lock}>>"$ETC/secret.key.lock"
    flock "$keys_lock"
    key=$(new_key)
    old=$(<"$ETC/secret.key")
    write_keys "$key"$'\n'"$old"
    hand_out_keys
    DATABASE_URL="host=$DB user=muster_owner dbname=muster" with_keys --reseal
    say 'The new key is in use. Keep a copy of the key file apart from the copies of the database.'
}
