#!/bin/bash
# run.sh: the two commands of the README on a bare Debian, as somebody who may use sudo: clone, make run, the main job, stop, start
# again, make test (inside.sh). At the end one line "N passed, N failed".
#
# The system is made with debootstrap from this machine's package sources, has sudo, git and make, and mount and process name spaces
# of its own. What is tested is what is committed. Everything is gone afterwards, also after Ctrl-C; the bare system itself stays as a
# tar in BUILD. Needs root. SUITE=trixie takes that release, FRESH_TESTS=fast runs make test-fast at the end, none no tests at all.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
top=${here%/tests/fresh}
# shellcheck source=tests/fresh/bare.sh
. "$here/bare.sh"
BUILD=$(realpath -m -- "${BUILD:-$top/build}")
# shellcheck source=/dev/null
SUITE=${SUITE:-$(. /etc/os-release && echo "$VERSION_CODENAME")}
FRESH_TESTS=${FRESH_TESTS:-all}

# Inside the name spaces: the bare system becomes the root, so that it is no chroot for what runs in it.
enter() { # FOLDER
    mount --bind "$1" "$1"
    cd "$1"
    mount -t proc proc proc
    mount -t sysfs -o ro sysfs sys
    mount -t tmpfs -o mode=755 tmpfs dev
    mkdir dev/pts dev/shm dev/host
    local name
    for name in null zero full random urandom tty; do
        touch "dev/$name"
        mount --bind "/dev/$name" "dev/$name"
    done
    mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
    mount -t tmpfs -o mode=1777 tmpfs dev/shm
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    ln -s fd/0 dev/stdin
    ln -s fd/1 dev/stdout
    ln -s fd/2 dev/stderr
    pivot_root . dev/host
    umount -l /dev/host
    rmdir /dev/host
    # Process 1 hears no signals; it goes on living for those whose parents ended.
    su - tester -c "git -c advice.detachedHead=false clone -q /srv/muster.bundle muster && FRESH_TESTS=$FRESH_TESTS muster/tests/fresh/inside.sh"
}

if [[ ${1-} == --inside ]]; then
    enter "$2"
    exit
fi
((EUID == 0)) || exec sudo BUILD="$BUILD" SUITE="$SUITE" FRESH_TESTS="$FRESH_TESTS" "$here/run.sh"
[[ $FRESH_TESTS =~ ^(all|fast|none)$ ]] || {
    echo 'FRESH_TESTS is all, fast or none.' >&2
    exit 2
}

work=$(mktemp -d /var/tmp/muster-fresh-XXXXXX)
root=$work/root
child=

finish() {
    local status=$?
    trap '' INT TERM HUP
    if [[ -n $child ]]; then
        # Process 1 of the name space; it ends when all of its processes have, and their mounts with them.
        xargs -r kill -KILL <"/proc/$child/task/$child/children" 2>/dev/null || true
        wait "$child" 2>/dev/null || true
    fi
    rm -rf --one-file-system "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

step() {
    printf '%s  %s\n' "$(date +%T)" "$*"
}

# With each step in the background, a signal is heard at once.
await() {
    "$@" &
    child=$!
    local status=0
    wait "$child" || status=$?
    child=
    return "$status"
}

apt-get update -qq >/dev/null 2>&1 || true
site=$(site_of "$SUITE")
[[ -n $site ]] || {
    echo "Skipped: the package sources of this machine do not offer $SUITE."
    echo '0 passed, 0 failed'
    exit
}
cached=$BUILD/fresh-$SUITE.tar
mkdir -p "$BUILD" "$root"
if [[ -e $cached ]]; then
    step "Unpacking the bare system ($cached)"
    await tar -C "$root" -xpf "$cached"
else
    step "Making a bare system ($SUITE from $site)"
    await make_bare "$SUITE" "$site" "$root" "$work/log" sudo,git,make || {
        echo '0 passed, 1 failed'
        exit 1
    }
    await tar -C "$root" --one-file-system -cf "$work/tar" .
    mv "$work/tar" "$cached"
fi
lend_sources "$SUITE" "$root"
chroot "$root" useradd --create-home --shell /bin/bash tester
echo 'tester ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/tester"
git -C "$top" -c safe.directory='*' bundle create --quiet "$root/srv/muster.bundle" HEAD
step "Cloning and using $(git -C "$top" -c safe.directory='*' log -1 --format='%h %s')"
await unshare --mount --propagation private --pid --fork --kill-child "$here/run.sh" --inside "$root"
