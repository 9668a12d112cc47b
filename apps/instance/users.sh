# users.sh: which operating system user does what, and what belongs to whom. Sourced by instance.sh.
#
# Started by root, an instance has a user for every service: "muster" runs the database and keeps the logs, "muster-nginx" serves
# pages, "muster-<family>" and "muster-<worker>" run one program each. Root supervises and owns all the rest, above all what it runs
# and configures. Started by anybody else, that user does it all.
# shellcheck shell=bash

CLUSTER_USER=muster
KEY_GROUP=muster-keys

is_separate() {
    ((EUID == 0))
}

# Of a service: "auth-hash" and "auth-known" are further pools of the family auth.
user_of() { # SERVICE
    if ! is_separate; then
        id -un
    elif [[ $1 == postgres ]]; then
        echo "$CLUSTER_USER"
    else
        echo "muster-${1%%-*}"
    fi
}

# Whether a program has this setting, which says what it must be given.
has_setting() { # SERVICE NAME
    "$APP/bin/muster-${1%%-*}" --settings | grep -qx "$2"
}

# The groups of a service: its own, and those that open what it needs: the database's socket, the families' sockets.
groups_of() { # SERVICE
    local groups
    groups=$(user_of "$1")
    if [[ $1 != postgres && $1 != nginx ]]; then
        groups+=,$CLUSTER_USER
        ! has_setting "$1" HEALTH_SOCKETS || groups+=,$(user_of nginx)
    fi
    echo "$groups"
}

make_user() { # NAME
    id "$1" >/dev/null 2>&1 ||
        useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$1"
}

make_users() {
    local service
    is_separate || return 0
    for service in postgres nginx $(families) $(workers); do
        make_user "$(user_of "$service")"
    done
    getent group "$KEY_GROUP" >/dev/null || groupadd --system "$KEY_GROUP"
}

# A unit of systemd does this with more rights than it has afterwards.
verb_users() {
    is_separate || die 'Only root can make users.'
    [[ -d $APP/bin ]] || APP=${here%/apps/instance}/${BUILD:-build}
    make_users
    say 'The users of all services are there.'
}

# The words before a command that make it run as this user: without a way back, and without any right of root.
become() { # USER GROUPS
    if is_separate; then
        echo "/usr/bin/setpriv --reuid=$1 --regid=$1 --groups=$2 --inh-caps=-all --ambient-caps=-all --no-new-privs --"
    else
        echo '/usr/bin/setpriv --no-new-privs --'
    fi
}

become_service() { # SERVICE
    become "$(user_of "$1")" "$(groups_of "$1")"
}

as_service() { # SERVICE COMMAND...
    # shellcheck disable=SC2046  # words are what is wanted
    $(become_service "$1") "${@:2}"
}

# A file or folder of root's that one service may read, too.
give() { # SERVICE PATH
    ! is_separate || { chgrp -R "$(id -gn "$(user_of "$1")")" "$2" && chmod -R u=rwX,g=rX,o= "$2"; }
}

# A folder with its owner and mode; what lies in it changes hands when the folder does, so that a VAR from before is taken over.
own() { # USER MODE DIR
    local user=$1 mode=$2 dir=$3
    [[ -d $dir ]] || mkdir -m 700 "$dir"
    ! is_separate || [[ $(stat -c %U "$dir") == "$user" ]] || chown -hR "$user:" "$dir"
    chmod "$mode" "$dir"
}

# Nobody but root can write where root reads and runs; others pass through and see no list.
own_places() {
    local me pass=700 dir
    me=$(id -un)
    ! is_separate || pass=711
    for dir in etc run log; do
        own "$me" "$pass" "$VAR/$dir"
    done
    own "$(user_of postgres)" 700 "$VAR/pg"
    own "$(user_of nginx)" 700 "$VAR/tmp"
    own "$(user_of jobs)" 700 "$VAR/outbox"
    own_keys
    own_audit_key
}

# The key file: root's, read by what seals everything again (keys.sh), or this user's alone.
own_keys() {
    local key
    for key in "$ETC"/secret.key "$ETC"/secret.key.new; do
        [[ -f $key && ! -L $key ]] || continue
        if is_separate; then chown "root:$KEY_GROUP" "$key" && chmod 640 "$key"; else chmod 600 "$key"; fi
    done
}

# What signs the audit head is the worker's alone.
own_audit_key() {
    [[ -f $ETC/audit.key && ! -L $ETC/audit.key ]] || return 0
    if is_separate; then chown "root:$(user_of jobs)" "$ETC/audit.key" && chmod 640 "$ETC/audit.key"; else chmod 600 "$ETC/audit.key"; fi
}

# Sockets: the families' lie in RUN, each opens for one group; the database's has a folder for those who may reach the database.
make_run_dir() {
    if [[ $RUN != "$VAR/run" ]]; then
        rm -rf "$RUN" 2>/dev/null || true
        mkdir -m "$(is_separate && echo 711 || echo 700)" "$RUN" 2>/dev/null ||
            die "The path of VAR does not fit where sockets are, and $RUN, used instead, cannot be made by $(id -un): /tmp must be writable, or choose a short VAR of plain letters."
        [[ $CONF_VAR == "$VAR" ]] || ln -s "$VAR" "$CONF_VAR"
        [[ $CONF_SHARE == "$SHARE" ]] || ln -s "$SHARE" "$CONF_SHARE"
    fi
    own "$(user_of postgres)" 710 "$DB"
}
