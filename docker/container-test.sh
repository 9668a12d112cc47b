#!/bin/bash
# container-test.sh: builds docker/Dockerfile without a container engine and does the product's main job in the result.
# The base image is made with debootstrap from this machine's package sources; buildah builds and enters with chroot
# isolation. Needs root. Everything lies in one folder that is removed at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tests/fresh/bare.sh
. tests/fresh/bare.sh
((EUID == 0)) || {
    echo 'The container test needs root: debootstrap and buildah make root file systems.' >&2
    exit 1
}
work=$(mktemp -d /var/tmp/muster-container-XXXXXX)
running=

finish() {
    local status=$?
    trap '' INT TERM
    [[ -z $running ]] || stop_container || true
    b rm --all >/dev/null 2>&1 || true
    rm -rf "$work"
    ((status == 0)) && echo '1 passed, 0 failed' || echo '0 passed, 1 failed'
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

b() {
    buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"
}

make_base() {
    local codename container
    # shellcheck source=/dev/null
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    apt-get update -qq || true
    echo 'Making a base system ...'
    make_bare "$codename" "$(site_of "$codename")" "$work/base" "$work/log" >&2
    lend_sources "$codename" "$work/base"
    tar -C "$work/base" --one-file-system -cf "$work/base.tar" .
    rm -rf "$work/base"
    container=$(b from scratch)
    b add --quiet "$container" "$work/base.tar" / >/dev/null
    b commit --quiet --rm "$container" localhost/muster-base >/dev/null
    rm -f "$work/base.tar"
}

build_image() {
    echo 'Building docker/Dockerfile ...'
    b build --isolation chroot --build-arg BASE=localhost/muster-base --file docker/Dockerfile --tag localhost/muster . >"$work/log" 2>&1 || {
        tail -n 40 "$work/log" >&2
        return 1
    }
}

free_port() {
    /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start_container() { # PORT
    local container tries
    container=$(b from localhost/muster)
    b config --env "PORT=$1" --env "BASE_URL=http://localhost:$1" --env LISTEN=127.0.0.1 "$container"
    echo 'Starting it ...'
    b run --isolation chroot "$container" -- /usr/local/share/muster/instance/instance.sh start >"$work/instance.log" 2>&1 &
    running=$!
    for ((tries = 0; tries < 600; tries++)); do
        ! grep -q '^ready: ' "$work/instance.log" || return 0
        kill -0 "$running" 2>/dev/null || break
        sleep 0.1
    done
    tail -n 30 "$work/instance.log" >&2
    return 1
}

# The processes below one, itself last.
tree() {
    local child
    for child in $(pgrep -P "$1" || true); do tree "$child"; done
    echo "$1"
}

stop_container() {
    local process tries
    for process in $(tree "$running"); do
        if [[ $(tr '\0' ' ' <"/proc/$process/cmdline") == /bin/bash*instance.sh\ start* ]]; then
            kill -TERM "$process"
        fi
    done 2>/dev/null
    for ((tries = 0; tries < 300; tries++)); do
        kill -0 "$running" 2>/dev/null || break
        sleep 0.1
    done
    wait "$running" || true
    running=
    grep -q '^Stopped' "$work/instance.log"
}

make_base
build_image
port=$(free_port)
start_container "$port"
/usr/bin/python3 docker/main-job.py "http://127.0.0.1:$port"
stop_container || {
    echo 'The container did not stop cleanly:' >&2
    tail -n 20 "$work/instance.log" >&2
    exit 1
}
echo '  it stops cleanly'
