#!/bin/bash
# install.sh BUILD DEST [PREFIX]: lays out what was built in BUILD and what runs unchanged from the source tree below DEST. PREFIX: it
# will be known by that path, and systemd is to find its units there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=$1
dest=$2
prefix=${3-}
share=$dest/share/muster

shopt -s nullglob
programs=("$build"/bin/muster-*)
((${#programs[@]})) || {
    echo "install.sh: there is no program in $build/bin, run make first" >&2
    exit 1
}
install -d "$dest/bin" "$share"/{html,nginx,sql,library,instance}
install -m 755 "${programs[@]}" "$dest/bin"

# Times are kept, so that a page's ETag changes only with the page. Modes do not depend on the umask of the clone.
copy() {
    local from=$1 to=$2
    [[ -d $from ]] || return 0
    tar -C "$from" --exclude=.stamp --exclude=__pycache__ --mode='u=rwX,go=rX' -cf - . | (cd "$to" && tar --no-same-owner -xpf -)
}
copy "$build/site" "$share/html"
install -p -m 644 "$build/openapi.json" "$share/html"
install -p -m 644 "$build/passwords" "$share"
for file in nginx/*.conf nginx/*.in "$build"/{pages,languages}.conf; do
    install -p -m 644 "$file" "$share/nginx"
done
for part in schema code access data; do
    install -d "$share/sql/$part"
    copy "sql/$part" "$share/sql/$part"
done
for file in sql/roles.sql sql/migrate.sh; do
    [[ ! -e $file ]] || install -p -m "$([[ $file == *.sh ]] && echo 755 || echo 644)" "$file" "$share/sql"
done
copy "$build/library" "$share/library"
copy apps/instance "$share/instance"
if [[ -n $prefix ]]; then
    install -d "$dest/lib/systemd/system"
    for unit in apps/instance/*.service; do
        sed "s|/usr/local/|${prefix//[&|\\]/\\&}/|g" "$unit" >"$dest/lib/systemd/system/${unit##*/}"
        chmod 644 "$dest/lib/systemd/system/${unit##*/}"
    done
fi
