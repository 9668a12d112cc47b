# Sourced: bare Debian systems from this machine's own package sources. Needs root and debootstrap.
# shellcheck shell=bash

# "SITE RELEASE COMPONENT" of every Debian source of this machine, for another release of Debian where one is named.
debian_sources() { # [CODENAME]
    local own
    # shellcheck source=/dev/null
    own=$(. /etc/os-release && echo "$VERSION_CODENAME")
    apt-get indextargets --format '$(ORIGIN) $(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        sed -n 's/^Debian //p' | sort -u | sed "s/ $own\\b/ ${1:-$own}/"
}

# Those that exist: a mirror need not have every release.
offered_sources() { # CODENAME
    local site release component probe
    probe=$(mktemp -d)
    debian_sources "$1" | while read -r site release component; do
        if /usr/lib/apt/apt-helper download-file "$site/dists/$release/Release" "$probe/Release" >/dev/null 2>&1; then
            echo "$site $release $component"
        fi
    done
    rm -rf "$probe"
}

# Where a release comes from; nothing where this machine's sources do not offer it.
site_of() { # CODENAME
    offered_sources "$1" | awk -v release="$1" '$2 == release && $3 == "main" && !found++ { print $1 }'
}

make_bare() { # CODENAME SITE FOLDER LOG [PACKAGE,...]
    debootstrap --variant=minbase --include="ca-certificates${5:+,$5}" "$1" "$3" "$2" >"$4" 2>&1 || {
        tail -n 20 "$4"
        return 1
    }
}

# How this machine reaches its sources (a proxy, for example), and no more of its settings.
lend_sources() { # CODENAME FOLDER
    local file
    offered_sources "$1" | sed 's/^/deb /' >"$2/etc/apt/sources.list"
    apt-config dump | grep -E '^Acquire::(http|https|Retries|Check-Valid-Until|Check-Date)' >"$2/etc/apt/apt.conf.d/90machine" || true
    # Certificates that these lines name.
    sed -n 's/.* "\(\/[^"]*\)";$/\1/p' "$2/etc/apt/apt.conf.d/90machine" | while read -r file; do
        [[ ! -f $file ]] || install -D -m 644 "$file" "$2$file"
    done
    cp -a /etc/apt/auth.conf.d/. "$2/etc/apt/auth.conf.d/" 2>/dev/null || true
    cp -L /etc/resolv.conf /etc/hosts "$2/etc/"
}
