# keys.sh: the keys that seal the secrets of people. They live beside the database, not in it. Sourced by instance.sh.
# shellcheck shell=bash

new_key() {
    printf '%s:%s\n' "$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')" "$(head -c 32 /dev/urandom | base64 -w 0)"
}

# Made aside, flushed and renamed: whoever reads the file sees all of the old one or all of the new one.
write_keys() { # TEXT
    (umask 077 && printf '%s\n' "$1" >"$ETC/secret.key.new")
    own_keys
    sync "$ETC/secret.key.new"
    mv "$ETC/secret.key.new" "$ETC/secret.key"
    sync "$ETC"
}

# Once. A database with sealed secrets whose key is gone must not get another key that opens none of them.
create_keys() {
    local key
    [[ ! -e $ETC/secret.key ]] || return 0
    if [[ $(superuser_psql muster -Atc 'SELECT (SELECT count(*) FROM muster.second_factor) + (SELECT count(*) FROM muster.mail WHERE sealed IS NOT NULL)') != 0 ]]; then
        die "$ETC/secret.key is missing, and the database holds secrets that only its keys open. Put it back from your backup."
    fi
    key=$(new_key)
    write_keys "$key"
}

# Adds a key in front, then seals everything again with it. The families notice the new file by themselves; the old keys stay,
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
    # shellcheck disable=SC2046  # words are what is wanted
    DATABASE_URL="host=$DB user=muster_owner dbname=muster" SECRET_KEY_FILE=$ETC/secret.key \
        $(become "$CLUSTER_USER" "$CLUSTER_USER,$KEY_GROUP") "$APP/bin/muster-auth" --reseal
    say 'The new key is in use. Keep a copy of the key file apart from the copies of the database.'
}
