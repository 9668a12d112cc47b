# limits.sh: what one client may have of nginx: its share of connections and bodies, its requests a minute. Sourced by instance.sh.
# shellcheck shell=bash

# As common/web/resp.c names it.
session_cookie() {
    [[ $BASE_URL != https:* ]] || printf '__Host-'
    printf 'muster_session'
}

# Requests a minute by credential, else by network. Anybody can invent credentials, so a network has a limit too: ten times that. A
# credential is found exactly as credential_from_headers() finds it (common/auth/principal.c): the same one, spelled otherwise, counts
# as the same; other schemes count as what stands beside them.
limit_zones() {
    ((RATE_LIMIT_PER_MINUTE)) || return 0
    printf 'map $http_cookie $limit_session {\n    default "";\n'
    printf '    "~^(?:[^;]*;)*? *%s=(?<session_value>[^; ]{1,64})" "s $session_value";\n}\n' "$(session_cookie)"
    cat <<'CONF'
map $http_authorization $limit_credential {
    default $limit_session;
    "~*^bearer(?:[ \t]+|$)(?<key_value>.{0,96})" "a $key_value";
}
map "$limit_credential" $limit_name {
    default $limit_credential;
    "" "i $network";
}
# API users of threat intelligence have a limit of their own, by access id, which their tokens name too (apps/intel/tokens.c).
map "$request_uri $http_authorization" $limit_api_user {
    default "";
    "~*^/api/v[23][/?][^ ]* TC +(?<access_id>[^: ]{1,64}):" "$access_id $network";
    "~*^/api/v[23][/?][^ ]* TC-Token +API(?:V2)?:(?<token_id>[^: ]{1,64}):" "$token_id $network";
}
map "$limit_api_user $uri" $limit_key {
    default "";
    "~^ /api/" $limit_name;
}
map "$limit_api_user $uri" $limit_network {
    default "";
    "~^ /api/" $network;
}
map $limit_api_user $limit_api_network {
    default $network;
    "" "";
}
# Health costs a request of each family; whoever probes in earnest does it less often.
map $uri $limit_health {
    default "";
    "~^/(healthz|readyz|metrics)" $network;
}
limit_req_zone $limit_health zone=health:1m rate=10r/s;
limit_req_status 429;
limit_req_log_level info;
CONF
    printf 'limit_req_zone $limit_key zone=credential:16m rate=%dr/m;\n' "$RATE_LIMIT_PER_MINUTE"
    printf 'limit_req_zone $limit_network zone=network:16m rate=%dr/m;\n' "$((10 * RATE_LIMIT_PER_MINUTE))"
    ((LIMIT_API_USER)) || return 0
    printf 'limit_req_zone $limit_api_user zone=api_user:16m rate=%dr/m;\n' "$LIMIT_API_USER"
    printf 'limit_req_zone $limit_api_network zone=api_network:16m rate=%dr/m;\n' "$((10 * LIMIT_API_USER))"
}

limit_here() {
    ((RATE_LIMIT_PER_MINUTE)) || return 0
    printf 'limit_req zone=credential burst=%d nodelay;\n' "$RATE_LIMIT_PER_MINUTE"
    printf 'limit_req zone=network burst=%d nodelay;\n' "$((10 * RATE_LIMIT_PER_MINUTE))"
    printf 'limit_req zone=health burst=50 nodelay;\n'
    ((LIMIT_API_USER)) || return 0
    printf 'limit_req zone=api_user burst=%d nodelay;\n' "$LIMIT_API_USER"
    printf 'limit_req zone=api_network burst=%d nodelay;\n' "$((10 * LIMIT_API_USER))"
}

# Shares of what all clients have together, by network. An entry lives as long as its request, so a zone holds all there can be.
share_zones() {
    printf 'limit_conn_status 429;\nlimit_conn_log_level info;\n'
    printf 'limit_conn_zone $network zone=connections:16m;\n'
    printf 'limit_conn_zone $sending_network zone=bodies:16m;\n'
    printf 'limit_conn_zone $network zone=passwords:1m;\nlimit_conn_zone $wide_network zone=passwords_wide:1m;\n'
}

# A location that has a limit_conn of its own loses those of the server, so it includes this as well.
shares() {
    ((LIMIT_CONNECTIONS == 0)) || printf 'limit_conn connections %d;\n' "$LIMIT_CONNECTIONS"
    ((LIMIT_BODIES == 0)) || printf 'limit_conn bodies %d;\n' "$LIMIT_BODIES"
}

# The time that a whole body has. nginx by itself knows only the time between two reads, so a byte now and then would keep a request for
# hours: the body is read here, beside a clock that ends the request as nginx ends one whose next byte does not come.
body_here() {
    ((LIMIT_BODY_SECONDS)) || return 0
    cat <<CONF
access_by_lua_block {
    if ngx.var.sending_network == "" or ngx.var.body_is_streamed then
        return
    end
    local clock = ngx.thread.spawn(function()
        ngx.sleep($LIMIT_BODY_SECONDS)
        ngx.exit(ngx.HTTP_REQUEST_TIMEOUT)
    end)
    ngx.req.read_body()
    ngx.thread.kill(clock)
}
CONF
}

# Of the queue for what hashes passwords: as many again for what is around the network.
password_shares() {
    shares
    ((LIMIT_PASSWORDS == 0)) || printf 'limit_conn passwords %d;\nlimit_conn passwords_wide %d;\n' "$LIMIT_PASSWORDS" "$((2 * LIMIT_PASSWORDS))"
}

configure_limits() { # FOLDER
    {
        limit_zones
        share_zones
    } >"$1/limit_zones.conf"
    limit_here >"$1/limit_here.conf"
    body_here >"$1/body_here.conf"
    shares >"$1/shares.conf"
    password_shares >"$1/hash_here.conf"
}
