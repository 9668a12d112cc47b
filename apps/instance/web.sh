# web.sh: nginx's configuration, the health probe and what is printed when an instance serves. Sourced by instance.sh.
# shellcheck shell=bash

# The values of nginx's "listen", one a line; ends the program with a sentence when nginx's user cannot have the port.
listen_addresses() {
    local addresses
    # shellcheck disable=SC2086  # LISTEN is a list
    addresses=$(as_service nginx /usr/bin/python3 - "$PORT" $LISTEN <"$here/listen.py") || exit 1
    printf '%s\n' "$addresses"
}

upstreams() {
    local pool
    for pool in $(pools); do
        # Named twice, so that nginx has another server to try when a process dies with a request.
        printf 'upstream muster_%s {\n' "${pool//-/_}"
        printf '    server unix:%s max_fails=0;\n' "$RUN/$pool.sock" "$RUN/$pool.sock"
        printf '}\n'
    done
}

# The client's address comes from X-Forwarded-For, and how it reached the proxy from X-Forwarded-Proto, only when a proxy named in
# TRUSTED_PROXIES sends it.
realip() {
    local proxy
    printf 'geo $realip_remote_addr $from_proxy {\n    default 0;\n'
    if [[ $TRUSTED_PROXIES != none ]]; then
        for proxy in $TRUSTED_PROXIES; do
            printf '    %s 1;\n' "$proxy"
        done
    fi
    printf '}\nmap "$from_proxy $http_x_forwarded_proto" $client_scheme {\n    default $scheme;\n    "~*^1 https$" https;\n}\n'
    [[ -n $TRUSTED_PROXIES && $TRUSTED_PROXIES != none ]] || return 0
    for proxy in $TRUSTED_PROXIES; do
        printf 'set_real_ip_from %s;\n' "$proxy"
    done
    printf 'real_ip_header X-Forwarded-For;\nreal_ip_recursive on;\n'
}

# What nginx is told by the rows of programs (common/web/nginx.c), into the folder of its configuration.
nginx_rows() { # FOLDER PROGRAM...
    local conf=$1 program line most=0 file
    shift
    mkdir -p "$conf/locations"
    for file in dialects targets errors; do
        : >"$conf/$file.conf"
    done
    for program; do
        "$program" --nginx >"$conf/locations/${program##*/muster-}.conf" || return 1
        "$program" --nginx-dialects >>"$conf/dialects.conf" || return 1
        "$program" --nginx-targets >>"$conf/targets.conf" || return 1
        "$program" --nginx-errors >>"$conf/errors.conf" || return 1
        line=$("$program" --nginx-line) || return 1
        most=$((line > most ? line : most))
    done
    # Every family prints the dialects that it speaks.
    sort -u -o "$conf/errors.conf" "$conf/errors.conf"
    printf 'large_client_header_buffers 4 %dk;\n' "$most" >"$conf/line.conf"
    : >"$conf/rewrite.conf"
    [[ ! -s $conf/targets.conf ]] || cat >"$conf/rewrite.conf" <<'CONF'
# Also runs for nginx's own errors, which stay where they are.
set $place $target_place;
if ($uri ~ "^/_error/") {
    set $place "";
}
if ($place) {
    rewrite ^ $place last;
}
CONF
}

# Whom to tell of a weakness (RFC 9116); it is out of date a year after the start that wrote it.
security_txt() {
    [[ -n $SECURITY_CONTACT ]] || return 0
    printf 'location = /.well-known/security.txt {\n    include page.conf;\n    default_type "text/plain; charset=utf-8";\n'
    printf '    return 200 "Contact: %s\\nExpires: %s\\nCanonical: %s/.well-known/security.txt\\n";\n}\n' \
        "$SECURITY_CONTACT" "$(date -u -d '+365 days' +%Y-%m-%dT00:00:00Z)" "$BASE_URL"
}

configure_nginx() {
    local conf=$ETC/nginx family address result programs=() LISTEN_LINES='' CONNECTIONS
    CONNECTIONS=$(web_connections)
    rm -rf "$conf"
    mkdir -p "$conf"
    cp "$SHARE"/nginx/*.conf "$conf"
    for family in $(families); do
        programs+=("$APP/bin/muster-$family")
    done
    nginx_rows "$conf" "${programs[@]}" || die 'A family does not print what nginx needs.'
    for address in $(listen_addresses); do
        LISTEN_LINES+="        listen $address backlog=1024;"$'\n'
    done
    [[ -n $LISTEN_LINES ]] || exit 1
    upstreams >"$conf/upstreams.conf"
    configure_limits "$conf"
    realip >"$conf/realip.conf"
    [[ $BASE_URL != https:* ]] || echo 'add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;' >"$conf/hsts.conf"
    security_txt >"$conf/security_txt.conf"
    [[ -e $conf/hsts.conf ]] || : >"$conf/hsts.conf"
    printf 'add_header Retry-After %d always;\n' "$((RATE_LIMIT_PER_MINUTE ? (60 + RATE_LIMIT_PER_MINUTE - 1) / RATE_LIMIT_PER_MINUTE : 1))" \
        >"$conf/retry_after.conf"
    fill "$SHARE/nginx/nginx.conf.in" "$conf/nginx.conf" CONF_VAR CONF_SHARE LISTEN_LINES WEB_WORKERS CONNECTIONS
    give nginx "$conf"
    # Through a pipe of nginx's own user, who opens /dev/stdout by its name.
    if ! result=$(as_service nginx bash -o pipefail -c 'nginx -p "$1" -c "$2" -e stderr -t -q 2>&1 | cat' _ "$CONF_VAR" "$CONF_ETC/nginx/nginx.conf"); then
        printf '%s\n' "$result" >&2
        die 'nginx does not accept its configuration; its message is above.'
    fi
    address=$(sed -n 's/^ *listen \([^ ]*\) .*/\1/p' "$conf/nginx.conf" | head -n 1)
    printf 'http://%s\n' "$address" | sed 's/0\.0\.0\.0/127.0.0.1/; s/\[::\]/[::1]/' >"$ETC/probe"
}

wait_for_health() {
    local tries url name
    url=$(<"$ETC/probe")/healthz
    for ((tries = 0; tries < 300; tries++)); do
        ! curl --silent --fail --globoff --max-time 5 --output /dev/null "$url" || return 0
        [[ -z ${supervisor-} ]] || kill -0 "$supervisor" 2>/dev/null || break
        sleep 0.1
    done
    for name in nginx $(pools); do
        say "--- last lines of $name" >&2
        show_log "$name"
    done
    die "Not every family answers at $url; the last lines of their logs are above, the rest is in $VAR/log."
}

# Where mail leaves the server an account begins with the answer to one. Nobody reads the demo's: an invitation of the server's own, as if
# it had come by mail, takes its place. Prints its token, or none when there is an account.
demo_invitation() {
    local token hash there
    token=$(head -c 1024 /dev/urandom | LC_ALL=C tr -dc A-Za-z0-9)
    token=${token:0:43}
    hash=$(printf '%s' "$token" | sha256sum)
    there=$(
        ask hash="${hash%% *}" plan="$(<"$ETC/default_plan")" <<'SQL'
\o /dev/null
WITH gone AS (
    DELETE FROM muster.org o USING muster.invitation i
    WHERE i.org_id = o.org_id AND i.email = 'demo@example.com' AND i.accepted_at IS NULL AND o.name = 'Demo Organisation'
      AND NOT EXISTS (SELECT FROM muster.app_user u WHERE u.org_id = o.org_id)
    RETURNING o.org_id)
INSERT INTO muster.erasure_receipt (kind) SELECT 'organization' FROM gone;
SELECT EXISTS (SELECT FROM muster.app_user u WHERE u.email = 'demo@example.com') AS there \gset
\if :there
\else
SELECT org AS demo_org FROM muster.server_org_create('Demo Organisation', 'demo@example.com', :'plan', decode(:'hash', 'hex'), 1) \gset
UPDATE muster.invitation SET mail_id = gen_random_uuid() WHERE org_id = :'demo_org';
\endif
\echo :there
SQL
    ) || return 0
    [[ $there == t ]] && echo none || echo "$token"
}

announce() {
    local invite=''
    printf 'http://localhost:%s\n' "$PORT" >"$ETC/url"
    if ((DEMO)); then
        [[ -z $SMTP_URL ]] || invite=$(demo_invitation)
        DEMO_INVITE=$invite /usr/bin/python3 "$here/demo.py" "$(<"$ETC/probe")" "$BASE_URL" "$ETC/demo.json" "$SHARE/library" || true
    fi
    say "ready: http://localhost:$PORT"
}
