#!/bin/bash
# deps.sh SET...: installs the packages of these sets (packages.txt) that are missing, and nothing else.
# No service of the machine is started, enabled or given a database cluster by this.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

is_installed() {
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# The first installed of "a|b", else the first that apt knows, else a.
choose() {
    local name names
    IFS='|' read -ra names <<<"$1"
    for name in "${names[@]}"; do
        is_installed "$name" && return
    done
    for name in "${names[@]}"; do
        if ((${#names[@]} == 1)) || apt-cache show "$name" >/dev/null 2>&1; then
            printf '%s\n' "$name"
            return
        fi
    done
    printf '%s\n' "${names[0]}"
}

missing_packages() {
    local set name
    for set in "$@"; do
        # shellcheck disable=SC2013  # words are what is wanted
        for name in $(sed -n "s/^$set  *//p" "$here/packages.txt"); do
            choose "$name"
        done
    done | sort -u
}

# apt waits for a running dpkg by itself but not for another "apt-get update".
apt() {
    local try
    for try in {1..60}; do
        DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o DPkg::Lock::Timeout=900 -o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1 </dev/null && return
        grep -q '^E: Could not get lock' "$log" || return 1
        ((try > 1)) || echo 'Waiting for another package installation ...'
        sleep 5
    done
    return 1
}

install_packages() {
    apt install --no-install-recommends "$@" && return
    apt update || true
    apt install --no-install-recommends "$@" && return
    cat "$log" >&2
    die "Could not install: $*. The lines above are from apt-get."
}

policy=/usr/sbin/policy-rc.d
createcluster=/etc/postgresql-common/createcluster.conf
restore() {
    [[ -z ${own_policy-} ]] || rm -f "$policy"
    [[ -z ${own_createcluster-} || ! -e $own_createcluster ]] || mv -f "$own_createcluster" "$createcluster"
    rm -f "$log"
}

# Package scripts ask policy-rc.d before they start a service.
forbid_service_starts() {
    [[ ! -e $policy ]] || return 0
    own_policy=1
    printf '#!/bin/sh\n# Temporary, from the installation of Muster: no service starts now.\nexit 101\n' >"$policy"
    chmod 755 "$policy"
}

# The server package creates the cluster "main" unless this file says no; it is put back afterwards.
forbid_main_cluster() {
    install_packages postgresql-common
    own_createcluster=$createcluster.muster-saved
    cp -p "$createcluster" "$own_createcluster"
    sed -i '/^ *create_main_cluster/d' "$createcluster"
    echo 'create_main_cluster = false' >>"$createcluster"
}

disable_new_units() {
    local name
    command -v systemctl >/dev/null || return 0
    for name in nginx postgresql; do
        [[ " $* " == *" $name "* ]] || continue
        systemctl disable --quiet "$name" >/dev/null 2>&1 || true
    done
}

as_root() {
    exec {lock}>/run/lock/muster-deps.lock
    flock "$lock"
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    log=$(mktemp)
    trap restore EXIT
    trap 'exit 130' INT TERM HUP
    echo "Installing Debian packages: ${missing[*]}"
    forbid_service_starts
    [[ " ${missing[*]} " != *" postgresql "* ]] || forbid_main_cluster
    install_packages "${missing[@]}"
    disable_new_units "${missing[@]}"
}

(($#)) || die 'usage: deps.sh SET... (sets: see packages.txt)'
for set in "$@"; do
    grep -q "^$set " "$here/packages.txt" || die "deps.sh: no package set named $set in packages.txt"
done
mapfile -t missing < <(missing_packages "$@")
((${#missing[@]})) || exit 0
command -v apt-get >/dev/null || die "These packages are missing and this is no Debian system, install them yourself: ${missing[*]}"
if ((EUID == 0)); then
    as_root "$@"
elif command -v sudo >/dev/null && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
    echo "Missing packages, installed with sudo: ${missing[*]}"
    exec sudo "$here/deps.sh" "$@"
else
    die "These packages are missing: ${missing[*]}. Installing them needs root: run this command once as root or as a user who may use sudo."
fi
