#!/bin/bash
# Rule G6, with two connections: one holds something and does not end; what the other one does meanwhile waits, or does not. Who would
# wait gives up after a moment and says so.
set -uo pipefail
count=0

ask() { # ROLE SQL [SQL of the owner before it]
    psql --no-psqlrc --quiet --tuples-only --no-align --set=VERBOSITY=sqlstate -c "SET lock_timeout = '${patience:-5s}'" -c 'BEGIN' \
        -c "${3-SELECT}" -c "SET LOCAL role = $1" -c "$2" -c 'COMMIT' 2>&1 | sed 's/^ERROR:  //' | grep . | tail -n 1
}

# Holds what these statements lock until release. In the schema of the fixtures, as superuser.
hold() { # SQL...
    local line
    coproc holder { psql --no-psqlrc --quiet --tuples-only --no-align; }
    printf 'SET search_path = test, tap, public; BEGIN;\n' >&"${holder[1]}"
    printf '%s;\n' "$@" >&"${holder[1]}"
    printf '\\echo held\n' >&"${holder[1]}"
    while read -r line <&"${holder[0]}" && [[ $line != held ]]; do :; done
}

release() { # [COMMIT]
    printf '%s;\n\\q\n' "${1:-ROLLBACK}" >&"${holder[1]}"
    # shellcheck disable=SC2154  # the coprocess's name, set by the shell
    wait "$holder_PID" 2>/dev/null
}

is() { # HAVE WANT WHAT
    count=$((count + 1))
    if [[ $1 == "$2" ]]; then
        echo "ok $count - $3"
    else
        printf 'not ok %d - %s\n#   have: %s\n#   want: %s\n' "$count" "$3" "$1" "$2"
    fi
}

entered() { # ORG PERSON
    printf "SELECT muster.enter_as('%s', '%s')" "$1" "$2"
}

acts() { # ROLE ORG PERSON EXPRESSION
    ask "$1" "SELECT $4" "$(entered "$2" "$3")"
}

waits() { # ROLE ORG PERSON EXPRESSION WHAT
    patience=200ms
    is "$(acts "$1" "$2" "$3" "$4")" 55P03 "$5"
    patience=5s
}

fixture() { # SQL
    psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 -c 'SET search_path = test, tap, public' -c "$1"
}

a=$(fixture "SELECT an_org()") b=$(fixture "SELECT an_org()") free=$(fixture "SELECT an_org('FREE')") home=$(fixture "SELECT an_org()")
admin=$(fixture "SELECT a_person('$a', 'CLIENT_ADMIN', 'admin@a.example')") member=$(fixture "SELECT a_person('$a', 'MEMBER', 'member@a.example')")
other=$(fixture "SELECT a_person('$b', 'CLIENT_ADMIN', 'admin@b.example')") mate=$(fixture "SELECT a_person('$b', 'MEMBER', 'mate@b.example')")
third=$(fixture "SELECT a_person('$b', 'CLIENT_ADMIN', 'third@b.example')") user=$(fixture "SELECT a_person('$free')")
boss=$(fixture "SELECT a_person('$home', 'SUPER_ADMIN', 'boss@h.example')") chief=$(fixture "SELECT a_person('$home', 'SUPER_ADMIN', 'chief@h.example')")
library=$(fixture 'SELECT a_library()')
fixture "SELECT a_session('$a', '$admin', 'token'), a_key('$a', '$admin', 'key', '{results}'), an_invitation('$a', 'guest@x.example', 'invitation')" >/dev/null
fixture "UPDATE muster.user_session SET last_seen_at = now() - interval '1 hour'"

# ---- bookkeeping ----

for kind in session key; do
    case $kind in
    session) row="UPDATE muster.user_session SET last_seen_at = last_seen_at" token=token ;;
    *) row="UPDATE muster.api_key SET last_used_at = last_used_at" token=key ;;
    esac
    call="(SELECT 'ok' FROM muster.principal_enter('$kind', sha256('$token'), '{}', 'results'))"
    hold "$row"
    is "$(ask muster_portal "SELECT $call")" ok "G6: a $kind whose row somebody holds is somebody all the same"
    release
    is "$(ask muster_portal "SELECT $call")" ok "and afterwards"
done
is "$(fixture "SELECT count(*) FROM muster.user_session WHERE last_seen_at > now() - interval '1 minute'")" 1 'A11: and its use is noted'
hold "UPDATE muster.app_user SET language = 'de' WHERE id = '$admin'"
is "$(acts muster_auth "$a" "$admin" "muster.sign_in_record()::text || 'noted'")" noted 'G6: a sign-in does not wait for who holds the person'
release
hold "SELECT FROM muster.org WHERE org_id = '$a' FOR UPDATE"
is "$(ask muster_portal "SELECT 'ok' FROM muster.principal_enter('session', sha256('token'), '{}', '')")" ok 'G6: nor does a request for who deletes the organisation'
release

# ---- the log ----

note="muster.audit('user.tested', 'user', NULL, NULL) > 0"
fixture "SELECT muster.audit_append('$a', NULL, 'user.first', 'user', NULL, NULL)" >/dev/null
hold "SELECT muster.audit_append('$a', NULL, 'user.held', 'user', NULL, NULL)"
is "$(acts muster_auth "$a" "$admin" "$note")" t 'A12: who writes the log does not wait for another writer'
is "$(acts muster_auth "$a" "$admin" "$note")" t 'A12: and the lane that was opened is used again'
is "$(fixture "SELECT array_agg(link ORDER BY lane) FROM muster.audit_head WHERE org_id = '$a'")" '{1,2}' 'A12: two lanes, gapless'
release COMMIT
is "$(fixture "SELECT array_agg(link ORDER BY lane) FROM muster.audit_head WHERE org_id = '$a'")" '{2,2}' 'A12: and what was held is in its own'
is "$(fixture "SELECT coalesce(muster.audit_verify('$a')::text, 'whole')")" whole 'A12: all lanes are whole'
# Two who open a lane at once open two.
hold "SELECT FROM muster.audit_head WHERE org_id = '$a' FOR UPDATE" "SELECT muster.audit_append('$a', NULL, 'user.held', 'user', NULL, NULL)" \
    "SELECT muster.audit_lane_open('$a')"
is "$(acts muster_auth "$a" "$admin" "$note")" t 'A12: who opens a lane does not wait for who opens another'
release
hold "SELECT FROM muster.audit_head WHERE org_id = '$a' FOR UPDATE" \
    "INSERT INTO muster.audit_head (org_id, lane, link, seq, hash) SELECT '$a', n, 0, 0, muster.audit_first_hash('$a', n) FROM generate_series(0, 63) n ON CONFLICT DO NOTHING"
waits muster_auth "$a" "$admin" "$note" 'A12: when all 64 lanes are taken one has to wait'
release COMMIT
hold "SELECT FROM muster.audit_head WHERE org_id = '$a' AND lane <> 63 FOR UPDATE"
is "$(acts muster_auth "$a" "$admin" "$note")" t 'A12: and with one that is free nobody has'
release
is "$(fixture "SELECT coalesce(muster.audit_verify('$a')::text, 'whole')")" whole 'A12: all lanes are whole'

# ---- the month's counter ----

make="(SELECT verdict FROM muster.exercise_create('T', 'ransomware', 'BEGINNER', 'en', 'off', 3, 3, 450, 7, $library, '{}', '{}', 1))"
hold "$(entered "$a" "$member")" "SELECT $make"
is "$(acts muster_exercises "$a" "$admin" "$make")" ok 'G6: without a limit nobody waits for who creates an exercise'
release COMMIT
is "$(fixture "SELECT count(*) || ' ' || sum(exercises) FROM muster.org_usage WHERE org_id = '$a'")" '2 2' 'both are counted'
hold "$(entered "$free" "$user")" "SELECT $make"
waits muster_exercises "$free" "$user" "$make" 'with a limit one waits for the other'
release COMMIT
for _ in 2 3; do acts muster_exercises "$free" "$user" "$make" >/dev/null; done
hold "SELECT pg_advisory_xact_lock(hashtextextended('exercises:$free', 0))"
is "$(acts muster_exercises "$free" "$user" "$make")" quota_exceeded 'G6: when the month is full nobody waits to hear it'
release
is "$(fixture "SELECT sum(exercises) FROM muster.org_usage WHERE org_id = '$free'")" 3 'and the limit was kept'

# ---- who is refused waits for nobody ----

hold "SELECT muster.seats_lock_of('$b'), muster.seats_lock_of('$a'), pg_advisory_xact_lock(hashtextextended('platform administrators', 0))"
is "$(acts muster_auth "$b" "$mate" "(SELECT verdict FROM muster.account_delete('typo@b.example'))")" email_mismatch 'G6: a mistyped address'
is "$(acts muster_auth "$b" "$other" "(SELECT verdict FROM muster.organization_delete('Example Ltd', 'typo@b.example'))")" email_mismatch 'G6: and of an organisation'
is "$(acts muster_auth "$b" "$other" "(SELECT verdict FROM muster.organization_delete('Typo', 'admin@b.example'))")" name_mismatch 'G6: or a mistyped name'
is "$(acts muster_auth "$b" "$other" "muster.user_change('$other', 'MEMBER', NULL)")" self 'G6: a change of oneself'
is "$(acts muster_auth "$b" "$other" "muster.user_remove('$member')")" not_found 'G6: the removal of somebody who is not there'
is "$(acts muster_auth "$a" "$admin" "(SELECT count(*) FROM muster.invite('{member@a.example}', ARRAY[sha256('i')], 'MEMBER', 7))")" 0 'G6: an invitation of somebody who is there'
is "$(ask muster_auth "SELECT muster.register('other@x.example', 'A', 'B', 'h', 'x', 'x', 'FREE', sha256('invitation'), 'en')")" bad_invitation 'G6: an invitation for another address'
is "$(ask muster_auth "SELECT muster.pending_join(sha256('nothing'))")" gone 'G6: a link that is no good'
is "$(acts muster_auth "$b" "$other" "(SELECT verdict FROM muster.invitation_accept(sha256('invitation')))")" bad_invitation 'G6: somebody else'"'"'s invitation'
is "$(acts muster_portal "$home" "$boss" "(SELECT verdict FROM muster.admin_org_delete('$b', 'Typo'))")" name_mismatch 'G6: a mistyped organisation'
is "$(acts muster_portal "$home" "$boss" "muster.admin_user_change('$mate', 'ACTIVE')")" ok 'G6: a change that is none'
is "$(acts muster_portal "$home" "$boss" "(SELECT verdict FROM muster.admin_org_invite('$b', 'mate@b.example', sha256('m'), 7, NULL))")" already_member 'G6: an administrator who is there'
waits muster_auth "$b" "$mate" "(SELECT verdict FROM muster.account_delete('mate@b.example'))" 'who goes waits'
waits muster_auth "$b" "$other" "muster.user_change('$mate', NULL, 'DEACTIVATED')" 'who changes somebody waits'
release

# ---- the lock of the platform's administrators ----

hold "SELECT pg_advisory_xact_lock(hashtextextended('platform administrators', 0))"
is "$(acts muster_auth "$b" "$mate" "(SELECT verdict FROM muster.account_delete('mate@b.example'))")" ok 'G6: a member goes whatever happens to the platform'"'"'s administrators'
waits muster_auth "$home" "$chief" "(SELECT verdict FROM muster.account_delete('chief@h.example'))" 'one of them waits'
waits muster_auth "$home" "$boss" "(SELECT verdict FROM muster.organization_delete('Example Ltd', 'boss@h.example'))" 'as does the organisation of one'
is "$(acts muster_auth "$b" "$third" "(SELECT verdict FROM muster.organization_delete('Example Ltd', 'third@b.example'))")" ok 'G6: another organisation does not'
release
# Two of them at once: the second one finds that it is the last.
fixture "SELECT a_person('$home', 'CLIENT_ADMIN')" >/dev/null
hold "$(entered "$home" "$chief")" "SELECT verdict FROM muster.account_delete('chief@h.example')"
waits muster_auth "$home" "$boss" "(SELECT verdict FROM muster.account_delete('boss@h.example'))" 'the other one waits'
release COMMIT
is "$(acts muster_auth "$home" "$boss" "(SELECT verdict FROM muster.account_delete('boss@h.example'))")" last_platform_admin 'and is the last'

echo "1..$count"
