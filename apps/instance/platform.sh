# platform.sh: what a platform administrator does on the server, above all what makes the first one (rule A4). Sourced by instance.sh.
# shellcheck shell=bash

# What a command needs to know of the instance that runs, whatever the environment of the command.
keep_settings() {
    printf '%s\n' "$BASE_URL" >"$ETC/base_url"
    printf '%s\n' "$DEFAULT_PLAN" >"$ETC/default_plan"
}

# SQL from standard input; what people have typed arrives as psql variables, quoted by psql where the text says :'name'.
ask() { # [NAME=VALUE]...
    local one variables=()
    for one in "$@"; do
        variables+=(--set="$one")
    done
    superuser_psql muster --no-align --tuples-only --field-separator=$'\t' "${variables[@]}"
}

require_instance() {
    is_running || die "The instance on VAR=$VAR must run, so that its database can be reached."
}

# The form in which an address is stored, however it was typed.
plain_email() {
    "$APP/bin/muster-auth" --address "$1" || die "\"$1\" is not an e-mail address."
}

# The invitation's token is shown once and stored as its digest (rule A6); on command lines there is the digest alone.
verb_create-org() {
    (($# == 2 || $# == 3)) || die 'usage: instance.sh create-org NAME ADMIN_EMAIL [PLAN]'
    local name=$1 email=$2 plan=${3-} token hash verdict org expires
    require_instance
    email=$(plain_email "$email") || exit 1
    if ! [[ $name =~ [^[:space:]] ]] || [[ $name =~ [[:cntrl:]] ]] || ((${#name} > 120)); then
        die 'NAME must be 1 to 120 characters in one line.'
    fi
    token=$(head -c 1024 /dev/urandom | LC_ALL=C tr -dc A-Za-z0-9)
    token=${token:0:43}
    ((${#token} == 43)) || die 'There is no randomness for a token.'
    hash=$(printf '%s' "$token" | sha256sum)
    IFS=$'\t' read -r verdict org expires < <(
        ask name="$name" email="$email" plan="$plan" hash="${hash%% *}" default="$(<"$ETC/default_plan")" <<'SQL'
SELECT c.verdict, c.org, to_char(c.expires AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'
FROM muster.server_org_create(btrim(:'name'), :'email',
    coalesce(nullif(:'plan', ''), (SELECT default_plan FROM muster.platform_setting), :'default'), decode(:'hash', 'hex'), 14) c;
SQL
    ) || die 'The organisation was not created; the message of the database is above.'
    [[ $verdict == ok ]] || die "There is no plan \"$plan\". The plans: $(ask <<<"SELECT string_agg(name, ', ' ORDER BY seats NULLS LAST) FROM muster.plan;")."
    say "Organisation $org was created. Its administrator joins with this link, which works once and until $expires:"
    say "$(<"$ETC/base_url")/register#invite=$token"
}

verb_platform-admin() {
    local revoke=false email='' typed one verdict left
    for one in "$@"; do
        case $one in
        --revoke) revoke=true ;;
        -*) die "platform-admin does not know $one." ;;
        *)
            [[ -z $email ]] || die 'usage: instance.sh platform-admin EMAIL [--revoke]'
            email=$one
            ;;
        esac
    done
    [[ -n $email ]] || die 'usage: instance.sh platform-admin EMAIL [--revoke]'
    # An account may be older than today's rules for addresses.
    [[ $email =~ ^[^[:space:][:cntrl:]@]+@[^[:space:][:cntrl:]@]+\.[^[:space:][:cntrl:]@]+$ ]] || die "\"$email\" is not an e-mail address."
    require_instance
    typed=$email
    email=$(plain_email "$typed" 2>/dev/null) || email=$typed
    verdict=$(ask email="$email" revoke="$revoke" <<<"SELECT muster.server_platform_admin(:'email', :'revoke');")
    case $verdict in
    ok) ;;
    not_found) die "Nobody has an account with the address $typed. Create one first, by registering or with create-org." ;;
    inactive) die "The account of $email is deactivated. Activate it first." ;;
    suspended) die "The organisation of $email is suspended. Resume it first." ;;
    ending) die "The organisation of $email is going to be deleted. Restore it first." ;;
    already) die "$email is a platform administrator already." ;;
    not_platform) die "$email is no platform administrator." ;;
    *) die 'Nothing was changed; the message of the database is above.' ;;
    esac
    if [[ $revoke == false ]]; then
        say "$email is a platform administrator now: $(<"$ETC/base_url")/platform"
        say "The platform's pages open with a second factor, which is set up on $(<"$ETC/base_url")/settings/security."
        return
    fi
    say "$email administers the own organisation and no longer the platform."
    left=$(ask <<<"SELECT count(*) FROM muster.app_user WHERE role = 'SUPER_ADMIN' AND status = 'ACTIVE';")
    [[ $left != 0 ]] || say 'There is no platform administrator now. This command makes one again at any time.'
}

# At once, since whoever may do this could do anything: the person is told by mail.
verb_reset-factor() {
    local email typed verdict
    if (($# != 1)) || [[ $1 == -* ]]; then
        die 'usage: instance.sh reset-factor EMAIL'
    fi
    typed=$1
    # An account may be older than today's rules for addresses.
    [[ $typed =~ ^[^[:space:][:cntrl:]@]+@[^[:space:][:cntrl:]@]+\.[^[:space:][:cntrl:]@]+$ ]] || die "\"$typed\" is not an e-mail address."
    require_instance
    email=$(plain_email "$typed" 2>/dev/null) || email=$typed
    verdict=$(ask email="$email" <<<"SELECT muster.server_factor_reset(:'email');")
    case $verdict in
    ok) ;;
    not_found) die "Nobody has an account with the address $typed." ;;
    no_factor) die "The account of $email has no second factor." ;;
    *) die 'Nothing was changed; the message of the database is above.' ;;
    esac
    say "The second factor of $email is removed, and all sessions have ended. Signing in asks for the password alone until another one is set up:"
    say "$(<"$ETC/base_url")/settings/security"
}

verb_list-orgs() {
    (($# == 0)) || die 'usage: instance.sh list-orgs'
    require_instance
    say $'ID\tPLAN\tSTATUS\tPEOPLE\tCREATED\tNAME'
    ask <<'SQL'
SELECT o.org_id, o.plan, CASE WHEN e.ends_at IS NOT NULL THEN 'ENDING' WHEN o.suspended_at IS NULL THEN 'ACTIVE' ELSE 'SUSPENDED' END,
       (SELECT count(*) FROM muster.app_user u WHERE u.org_id = o.org_id AND u.status = 'ACTIVE'),
       to_char(o.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), regexp_replace(o.name, '[[:cntrl:]]', ' ', 'g')
FROM muster.org o LEFT JOIN muster.org_ending e ON e.org_id = o.org_id WHERE NOT o.pending ORDER BY o.created_at, o.org_id;
SQL
}
