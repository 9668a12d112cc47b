# settings.sh: what an instance takes from its environment, as a table, and how it is checked before anything starts. Sourced by
# instance.sh.
# shellcheck shell=bash

# NAME KIND DEFAULT BOUNDS...: default "-" is none, or one that follows from the machine or from other settings. The programs know the
# bounds of what they read, too; a test holds the two and the guide's table against each other.
SETTINGS_TABLE='
VAR                   folder     -
PORT                  number     8080        1 65535
LISTEN                addresses  -
BASE_URL              origin     -
TRUSTED_PROXIES       networks   -
PROCESSES             number     -           2 512
HASH_PROCESSES        number     -           1 512
JOBS_PROCESSES        number     -           2 64
MEMORY_MB             number     -           128 100000000
SHARED_BUFFERS_MB     number     -           16 1000000
DB_CONNECTIONS        number     0           0 10000
WEB_WORKERS           number     -           1 512
WEB_CONNECTIONS       number     8192        64 1000000
WAL_ARCHIVE           path       -
DISK_FREE_MB          number     256         0 100000000
QUEUE_AGE_SECONDS     number     900         0 1000000
METRICS_TOKEN_FILE    token      -
AUDIT_HEAD_MAIL       line       -           254
DEMO                  choice     -           0 1
SECURITY_CONTACT      contact    -
SIGNUPS               choice     open        open closed
DEFAULT_PLAN          choice     ENTERPRISE  FREE STARTER GROWTH PROFESSIONAL ENTERPRISE
RATE_LIMIT_PER_MINUTE number     600         0 1000000
LIMIT_API_USER        number     3000        0 1000000
LIMIT_CONNECTIONS     number     -           0 1000000
LIMIT_BODIES          number     256         0 1000000
LIMIT_BODY_SECONDS    number     30          0 3600
LIMIT_PASSWORDS       number     -           0 1000000
LIMIT_WRITES          number     20000       0 100000000
LIMIT_REGISTER        number     5           0 1000000
LIMIT_SIGNIN_ACCOUNT  number     10          0 1000000
LIMIT_SIGNIN_ADDRESS  number     60          0 1000000
LIMIT_ACCOUNT_MAILS   number     5           0 1000000
LIMIT_INVITE_MAILS    number     500         0 1000000
LIMIT_INVITE_RECIPIENT number    3           0 1000000
LIMIT_INVITE_OPEN      number    1000        0 1000000
LIMIT_INVITE_FIRST     number    20          0 1000000
LIMIT_GENERATE        number     60          0 100000000
LIMIT_EXPORT          number     10          0 1000000
SESSION_IDLE_HOURS    number     72          0 336
SMTP_URL              mailserver -
SMTP_USER             line       -           200
SMTP_PASSWORD_FILE    path       -
SMTP_TLS              choice     required    required opportunistic off
SMTP_CA_FILE          path       -
SMTP_TIMEOUT          number     30          1 600
MAIL_FROM             line       -           300
LOG                   choice     files       files stdout syslog
LOG_LEVEL             choice     info        debug info warn error
LOG_FORMAT            choice     text        text json
LOG_FILES             number     10          1 1000
LOG_FILE_MB           number     4           1 200
ASAN_OPTIONS          any        -
UBSAN_OPTIONS         any        -
'

# Everything that an instance takes from its environment; all else is dropped before anything starts.
mapfile -t SETTINGS < <(awk 'NF { print $1 }' <<<"$SETTINGS_TABLE")

fault() { # SENTENCE
    faults+=("$1")
}

# Each takes the name of a setting that has a value, and its bounds; what is wrong becomes a fault. A number loses its leading zeros.
check_number() { # NAME LOW HIGH
    local value=${!1}
    if [[ $value =~ ^[0-9]{1,9}$ ]] && ((10#$value >= $2 && 10#$value <= $3)); then
        printf -v "$1" '%d' "$((10#$value))"
    else
        fault "$1 must be a whole number from $2 to $3, not \"$value\"."
    fi
}

check_choice() { # NAME VALUE...
    local name=$1 value
    shift
    for value in "$@"; do
        [[ ${!name} != "$value" ]] || return 0
    done
    fault "$name must be one of: $*; not \"${!name}\"."
}

check_origin() { # NAME
    printf -v "$1" '%s' "${!1%/}"
    [[ -z ${!1:200} && ${!1} =~ ^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$ ]] ||
        fault "$1 must look like https://host or https://host:port, not \"${!1}\"."
}

check_mailserver() { # NAME
    # It may hold a password, so it is not repeated.
    [[ ${!1} =~ ^smtps?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?$ ]] ||
        fault "$1 must begin with smtp:// or smtps:// and go on with host or host:port, without a name or password."
}

check_line() { # NAME MOST
    [[ -z ${!1:$2} && ! ${!1} =~ [[:cntrl:]] ]] || fault "$1 must be one line of at most $2 characters."
}

check_contact() { # NAME
    [[ -z ${!1:300} && ${!1} =~ ^(mailto:[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+|https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?)$ ]] ||
        fault "$1 must look like mailto:security@example.com or https://example.com/security, not \"${!1}\"."
}

check_path() { # NAME
    [[ ${!1} == /* && ! ${!1} =~ [[:cntrl:]] ]] || fault "$1 must be an absolute path, not \"${!1}\"."
}

# The file is read as who starts the instance; the programs get its digest alone.
check_token() { # NAME
    check_path "$1"
    [[ -r ${!1} && -f ${!1} ]] || {
        fault "$1: the file ${!1} cannot be read."
        return
    }
    [[ $(head -n 1 "${!1}") =~ ^[A-Za-z0-9._~+/=-]{32,200}$ ]] ||
        fault "$1: the first line of ${!1} must be 32 to 200 letters, digits and -._~+/= (head -c 32 /dev/urandom | base64 makes one)."
}

check_folder() { # NAME
    ! [[ ${!1} =~ [[:cntrl:]] ]] || fault "$1 must be a path without line breaks and control characters."
}

check_addresses() { # NAME [network]: words of a list, by the rules of the library that knows addresses
    local word words
    read -ra words <<<"${!1}"
    for word in "${words[@]}"; do
        /usr/bin/python3 -c 'import ipaddress, sys
ipaddress.ip_network(sys.argv[1]) if sys.argv[2:] else ipaddress.ip_address(sys.argv[1].strip("[]"))' "$word" ${2+"$2"} 2>/dev/null ||
            fault "$1: \"$word\" is no IP address${2+ and no network such as 192.0.2.0/24}. It is a list separated by spaces."
    done
}

check_networks() { # NAME
    [[ ${!1} == none ]] || check_addresses "$1" network
}

check_any() {
    :
}

# "" is unset: compose files set what nobody gives to "".
each_setting() { # FUNCTION: called with NAME KIND DEFAULT BOUNDS...
    local name kind default bounds
    while read -r name kind default bounds; do
        # shellcheck disable=SC2086  # words are what is wanted
        [[ -z $name ]] || "$1" "$name" "$kind" "$default" $bounds
    done <<<"$SETTINGS_TABLE"
}

take_default() { # NAME KIND DEFAULT
    [[ -n ${!1-} ]] || { [[ $3 == - ]] && printf -v "$1" '' || printf -v "$1" '%s' "$3"; }
}

check_setting() { # NAME KIND DEFAULT BOUNDS...
    [[ -z ${!1} ]] || "check_$2" "$1" "${@:4}"
}

# What no setting shows alone.
check_together() {
    [[ $BASE_URL != https:* || -n $TRUSTED_PROXIES ]] ||
        fault 'BASE_URL begins with https, so a proxy stands in front: TRUSTED_PROXIES must name its addresses, or say "none" to believe no X-Forwarded-For.'
    [[ -z $SMTP_URL || -n $MAIL_FROM ]] || fault 'SMTP_URL needs MAIL_FROM, the address that mails come from.'
    [[ $LOG != syslog || -S /dev/log ]] || fault 'LOG=syslog needs a syslog service of this machine; nobody listens on /dev/log.'
}

report_faults() {
    ((${#faults[@]})) || return 0
    printf '%s\n' "${faults[@]}" >&2
    die 'Nothing was started. apps/instance/README.md says what each setting means.'
}

# Defaults for every verb; what is wrong ends those that start something, and a running instance can always be stopped.
load_settings() { # VERB
    local faults=()
    each_setting take_default
    # Where nobody said what people type, it is one of the names that this machine has for itself.
    ORIGINS=
    [[ -n $BASE_URL ]] || ORIGINS="http://localhost:$PORT http://127.0.0.1:$PORT http://[::1]:$PORT"
    [[ $1 == @(init|start|check) ]] || return 0
    each_setting check_setting
    check_together
    report_faults
    default_sizes
    each_setting check_setting
    ((SHARED_BUFFERS_MB < $(count_memory))) || fault "SHARED_BUFFERS_MB=$SHARED_BUFFERS_MB is more than this machine's memory, $(count_memory) MB."
    report_faults
    : "${BASE_URL:=http://localhost:$PORT}" "${DEMO:=$(listens_to_others && echo 0 || echo 1)}"
}

# Whether anybody but this machine reaches it: an account that comes by itself is not for them.
listens_to_others() {
    local word
    for word in $LISTEN; do
        [[ $word == @(127.*|::1|'[::1]') ]] || return 0
    done
    return 1
}

verb_check() {
    say 'Every setting can be used.'
    [[ -s ${here%/instance}/passwords || -s ${here%/apps/instance}/${BUILD:-build}/passwords ]] ||
        say 'The list of stolen passwords is missing: only the common ones that Muster knows itself are refused. Install python3-zxcvbn and build again.'
}

# Ends the program with the worker's sentence when the settings of mail make no sense.
check_mail() {
    [[ ! -x $APP/bin/muster-jobs ]] || BASE_URL=$BASE_URL as_service jobs "$APP/bin/muster-jobs" --check ||
        die "Mail cannot be sent like this; the line above says why. The worker is the user $(user_of jobs)."
}
