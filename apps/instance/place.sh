# place.sh: where an instance lives and who it runs as. Sourced by instance.sh.
# shellcheck shell=bash

is_installed_tree() {
    [[ $here == */share/muster/instance ]]
}

# Makes VAR absolute: by default "var" of the source tree, or /var/lib/muster/main of an installed program.
resolve_var() {
    local top=${here%/apps/instance}
    if is_installed_tree; then
        : "${VAR:=/var/lib/muster/main}"
    else
        : "${VAR:=$top/var}"
    fi
    VAR=$(realpath -m -s -- "$VAR")
    [[ $VAR != / ]] || die 'VAR must not be the root folder.'
    VAR_NAMED=$VAR
    VAR=$(realpath -m -- "$VAR")
}

as_user() { # USER COMMAND...
    local user=$1
    shift
    setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups --inh-caps=-all --no-new-privs -- "$@"
}

# Another user's VAR is that user's business: root only lends a hand. One of "muster" itself is taken over at a start.
yield_to_owner() { # VERB ARGUMENT...
    local owner
    [[ -d $VAR ]] || return 0
    owner=$(stat -c %U "$VAR")
    [[ $owner != root ]] || return 0
    [[ $owner != "$CLUSTER_USER" || $1 != @(init|start) ]] || return 0
    [[ $owner != UNKNOWN ]] || die "VAR=$VAR_NAMED belongs to a user that this machine does not know."
    as_user "$owner" test -r "$here/instance.sh" || die "VAR=$VAR_NAMED belongs to $owner, who cannot read $here. Choose another VAR."
    rerun "$owner" "$here/instance.sh" "$@"
}

is_reachable_by() { # USER DIR
    as_user "$1" test -x "$2" 2>/dev/null
}

# A VAR below a folder that the services' users cannot enter (/root) becomes a link to a folder of its own under /var/lib/muster.
# That one's name holds the parent's identity besides the path, so that a new clone at an old place starts afresh.
make_var_reachable() {
    local parent=$VAR target user
    user=$(user_of nginx)
    make_user "$user"
    umask 022
    while [[ ! -d $parent ]]; do parent=$(dirname "$parent"); done
    ! is_reachable_by "$user" "$parent" || return 0
    [[ ! -d $VAR ]] || rmdir "$VAR" 2>/dev/null ||
        die "The user $user cannot enter $VAR. Move it away or choose another VAR."
    mkdir -p "$(dirname "$VAR")" /var/lib/muster
    target=/var/lib/muster/$(printf '%s %s' "$VAR" "$(stat -c '%i %W' "$(dirname "$VAR")")" | sha256sum | cut -c1-16)
    mkdir -p "$target"
    umask 077
    ln -sfn "$target" "$VAR"
    VAR=$target
}

make_var() {
    umask 022
    if ! mkdir -p "$VAR" 2>/dev/null || [[ ! -w $VAR ]]; then
        [[ ! -d $VAR ]] || die "VAR=$VAR_NAMED is $(stat -c %U "$VAR")'s and cannot be written by $(id -un): run this as root or as that user, or choose another folder with VAR=..."
        die "VAR=$VAR_NAMED cannot be made by $(id -un). Choose another folder with VAR=..."
    fi
    if is_separate; then
        chown root: "$VAR"
        chmod go+x "$VAR"
        [[ ! -e $LOCK ]] || chown -h root: "$LOCK"
    fi
    umask 077
}

# MB that are needed to begin with: a new cluster takes more than one that is there.
require_room() {
    local need=128 room
    [[ ! -e $VAR/pg/data/PG_VERSION ]] || need=16
    room=$(df --output=avail --block-size=1M -- "$VAR" 2>/dev/null | tail -n 1)
    ((room >= need)) || die "The disk of VAR=$VAR_NAMED is full: $((room)) MB are free, and a start needs $need."
}

# Held from before the programs are replaced until the instance has ended: it stays open when this process becomes another user's.
acquire_lock() {
    [[ -e $LOCK ]] || (umask 022 && : >"$LOCK")
    exec {lock}<"$LOCK"
    flock -n "$lock" || die "An instance is just being started on VAR=$VAR."
}

# Copies programs, pages and scripts to VAR/app, where the instance's user can read them whatever the clone's place.
stage() {
    local top=${here%/apps/instance}
    (
        umask 022
        rm -rf "$VAR/app"
        "$here/install.sh" "$top/${BUILD:-build}" "$VAR/app"
    )
}

# What is another user's is not told from what is not there; both are said as what they are.
require_own() {
    local place=$VAR
    if [[ ! -d $VAR/run ]]; then
        while [[ ! -e $place ]]; do place=$(dirname "$place"); done
        while [[ $place != / && -x $place ]]; do place=$(dirname "$place"); done
        [[ -x $place ]] || die "$place is $(stat -c %U "$place")'s and closed to $(id -un): run this as root or as the user whose instance it is."
        die "There is no instance in VAR=$VAR_NAMED."
    fi
    ((EUID == 0)) || [[ -O $VAR/run ]] ||
        die "The instance in VAR=$VAR_NAMED is $(stat -c %U "$VAR/run")'s: run this as root or as that user."
}

rerun() { # USER SCRIPT VERB...: this program again, as USER when that is somebody else, with the settings and nothing more
    local user=$1 script=$2 name keep=() become=()
    shift 2
    for name in "${SETTINGS[@]}" BUILD DBUSER INSTANCE_PLACED lock TERM PAGER; do
        # One that nobody set is not set for the next one either, who then knows which addresses count.
        [[ $name != BASE_URL || -z $ORIGINS ]] || continue
        [[ -z ${!name+x} ]] || keep+=("$name=${!name}")
    done
    keep+=("INSTANCE_FOLDER=${INSTANCE_FOLDER-$PWD}")
    [[ $user == "$(id -un)" ]] ||
        become=(setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups --inh-caps=-all --no-new-privs --)
    cd /
    exec env -i PATH="$PATH" HOME="$VAR" LC_ALL=C.UTF-8 "${keep[@]}" "${become[@]}" "$script" "$@"
}

# Returns in the right place and as the right user, or replaces this process by one that is there.
take_place() { # VERB ARGUMENT...
    local verb=$1
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    resolve_var
    ! is_installed_tree || INSTALLED_APP=${here%/share/muster/instance}
    [[ -z ${INSTANCE_PLACED-} ]] || return 0
    [[ $verb != @(purge|users) ]] || return 0
    ((EUID)) || yield_to_owner "$@"
    case $verb in
    init | start)
        ((EUID)) || make_var_reachable
        load_paths
        refuse_second_start
        # Where an instance was killed, its own leftovers may still hold the port: checked again when they are gone.
        [[ $verb == init || -e $VAR/run/pid ]] || listen_addresses >/dev/null
        make_var
        require_room
        acquire_lock
        is_installed_tree || stage
        make_users
        own_places
        ;;
    *)
        load_paths
        require_own
        ;;
    esac
    INSTANCE_PLACED=1
    if is_installed_tree; then
        ((EUID)) || rerun root "$here/instance.sh" "$@"
    else
        rerun "$(id -un)" "$VAR/app/share/muster/instance/instance.sh" "$@"
    fi
}

verb_purge() {
    [[ ! -e $VAR ]] || ((EUID == 0)) || [[ -O $VAR ]] ||
        die "VAR=$VAR_NAMED is $(stat -c %U "$VAR")'s: run this as root or as that user."
    ! is_running || die "An instance still runs on VAR=$VAR. Stop it first."
    rm -rf "$VAR"
    [[ ! -L $VAR_NAMED ]] || rm -f "$VAR_NAMED"
}
