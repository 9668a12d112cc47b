#!/bin/bash
# Rules A4, A7: addresses that were stored before they had one form are moved to it where nothing collides; the others stay as they are.
set -uo pipefail
# shellcheck source=tests/sql/tap.sh
. "$TOP/tests/sql/tap.sh"

owner="host=$DIR user=muster_owner dbname=addresses"
ask() { psql --no-psqlrc --quiet --tuples-only --no-align --dbname=addresses --set=ON_ERROR_STOP=1 --command="$1"; }
trap 'psql --quiet --dbname=postgres -c "DROP DATABASE IF EXISTS addresses WITH (FORCE)"' EXIT

psql --quiet --dbname=postgres -c 'DROP DATABASE IF EXISTS addresses WITH (FORCE)' -c 'CREATE DATABASE addresses OWNER muster_owner'
PGDATABASE=addresses psql --quiet --file="$TOP/sql/roles.sql"
DATABASE_URL=$owner "$TOP/sql/migrate.sh" >/dev/null 2>&1
is $? 0 'a database of today'

# The name tells the row.
ask "INSERT INTO muster.org (name, slug, plan) VALUES ('Before', 'before', 'ENTERPRISE');
INSERT INTO muster.app_user (org_id, email, first_name, last_name, role, created_at)
SELECT o.org_id, v.email, v.name, 'X', 'MEMBER', now() + v.later * interval '1 second' FROM muster.org o, (VALUES
    ('plain', 'a@example.com', 0), ('coded', 'b@xn--bcher-kva.example', 0), ('domain', 'eva@bücher.example', 0),
    ('apart', normalize('jürgen@example.com', NFD), 0), ('both', normalize('jürgen@münchen.bücher.example', NFD), 0),
    ('sharp', 'a@straße.example', 0), ('kana', 'a@例え.example', 0), ('wide', 'a@ｂücher.example', 0), ('only', 'a@ü.example', 0),
    ('taken', 'kit@bücher.example', 0), ('owner', 'kit@xn--bcher-kva.example', 1),
    ('older', normalize('rené@example.com', NFD), 0), ('newer', normalize('rené@bücher.example', NFD), 0),
    ('first', normalize('zoë@bücher.example', NFC), 0), ('second', normalize('zoë@bücher.example', NFD), 5)) v (name, email, later);
INSERT INTO muster.invitation (org_id, email, role, token_hash, expires_at)
SELECT org_id, 'guest@bücher.example', 'MEMBER', sha256('g'), now() + interval '1 day' FROM muster.org;
INSERT INTO muster.mail (org_id, recipient, kind, language, sealed) SELECT org_id, r, 'invitation', 'en', s
FROM muster.org, (VALUES ('open@bücher.example', NULL), ('sealed@bücher.example', 'sealed')) v (r, s);" >/dev/null
is $? 0 'with addresses as they were typed'

# What it moves is in tables that later files may have changed, but not in what is looked at here.
psql --no-psqlrc --quiet --single-transaction --set=ON_ERROR_STOP=1 --dbname="$owner" --file="$TOP/sql/schema/0030_addresses.sql" >/dev/null
is $? 0 'is migrated'
address() { ask "SELECT email FROM muster.app_user WHERE first_name = '$1'"; }
is "$(address plain)" a@example.com 'plain addresses stay'
is "$(address coded)" b@xn--bcher-kva.example 'and those in the form'
is "$(address domain)" eva@xn--bcher-kva.example 'a domain gets its xn-- form'
is "$(address apart)" jürgen@example.com 'letters that were apart are composed'
is "$(address both)" jürgen@xn--mnchen-3ya.xn--bcher-kva.example 'both at once, in every label'
is "$(address sharp)" a@xn--strae-oqa.example 'a letter at the end of the basic ones'
is "$(address kana)" a@xn--r8jz45g.example 'a label without basic letters'
is "$(address wide)" a@xn--bcher-kva.example 'another width'
is "$(address only)" a@xn--tda.example 'a single letter'
is "$(address taken)" kit@bücher.example 'where somebody has the form, the other one stays'
is "$(address owner)" kit@xn--bcher-kva.example 'and so does that one'
is "$(address older) $(address newer)" 'rené@example.com rené@xn--bcher-kva.example' 'different addresses stay different'
is "$(address first)" zoë@xn--bcher-kva.example 'of two that are one, the older gets the form'
is "$(ask "SELECT email = normalize('zoë@bücher.example', NFD) FROM muster.app_user WHERE first_name = 'second'")" t 'and the newer keeps its own'
is "$(ask 'SELECT email FROM muster.invitation')" guest@xn--bcher-kva.example 'invitations are moved'
is "$(ask "SELECT string_agg(recipient, ' ' ORDER BY recipient) FROM muster.mail")" 'open@xn--bcher-kva.example sealed@bücher.example' \
    'a mail that is sealed for its address keeps it'
is "$(ask "SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE oid IN ('muster.app_user'::regclass, 'muster.invitation'::regclass,
           'muster.pending_registration'::regclass, 'muster.mail'::regclass)")" t 'A3: row security holds for the owner again'

# ---- signing in: the spelling that was typed first, then the others ----

lookup() { ask "SELECT u.first_name FROM muster.sign_in_lookup('$1', ARRAY[$2]) s JOIN muster.app_user u ON u.id = s.user_id"; }
ask "INSERT INTO muster.credential (org_id, user_id, password_hash) SELECT org_id, id, 'x' FROM muster.app_user" >/dev/null
is "$(lookup kit@bücher.example "'kit@xn--bcher-kva.example'")" taken 'who has it as typed'
is "$(lookup kit@xn--bcher-kva.example "'kit@bücher.example'")" owner 'who has the form'
is "$(lookup KIT@x "'kit@xn--bcher-kva.example', 'kit@bücher.example'")" owner 'otherwise the first spelling that somebody has'
is "$(lookup nobody@example.com "'nobody@example.org'")" '' 'or nobody'

done_testing
