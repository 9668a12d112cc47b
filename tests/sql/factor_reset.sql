-- Rules A3, A5, A7, A14: a lost second factor goes when its person answers so, or a day after an administrator asked for that.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD boss uuid, ADD person uuid;
UPDATE us SET boss = a_person(org, 'CLIENT_ADMIN'), person = a_person(org);
CREATE TEMP TABLE them AS SELECT an_org() AS org;
ALTER TABLE them ADD boss uuid, ADD person uuid;
UPDATE them SET boss = a_person(org, 'CLIENT_ADMIN'), person = a_person(org);
GRANT SELECT ON us, them TO PUBLIC;
CREATE TEMP TABLE people AS SELECT org, person FROM us UNION ALL SELECT org, person FROM them;
INSERT INTO muster.second_factor (org_id, user_id, sealed, confirmed_at) SELECT org, person, 'k:x', now() FROM people;
INSERT INTO muster.recovery_code (org_id, user_id, code_hash) SELECT org, person, sha256('code') FROM people;
SELECT a_session(org, person, person::text), a_key(org, person, 'key' || person, '{results}') FROM people;

-- Asks as this organisation's administrator for that person.
CREATE FUNCTION pg_temp.ask(p_org uuid, p_boss uuid, p_person uuid, p_token text) RETURNS text LANGUAGE sql AS $$
    SELECT enter(p_org, p_boss);
    SELECT value('muster_auth', format('SELECT verdict FROM muster.factor_reset_ask(%L, ''person@example.com'', sha256(%L), ''sealed'')', p_person, p_token)) $$;
CREATE FUNCTION pg_temp.apply(p_role text, p_org uuid, p_person uuid, p_token text) RETURNS text LANGUAGE sql AS $$
    SELECT enter(p_org, p_person);
    SELECT value(p_role, format('SELECT muster.factor_reset_apply(%L, %s)', p_person, coalesce(format('sha256(%L)', p_token), 'NULL'))) $$;
CREATE FUNCTION pg_temp.factors() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(CASE f.org_id WHEN us.org THEN 'ours' ELSE 'theirs' END, ' ' ORDER BY f.org_id <> us.org) FROM muster.second_factor f, us $$;

-- ---- asking ----

SELECT is(pg_temp.ask(us.org, us.boss, them.person, 'one'), 'not_found', 'A14: nobody of another organisation') FROM us, them;
SELECT is(pg_temp.ask(org, boss, boss, 'one'), 'self', 'A4: not for oneself') FROM us;
SELECT is(pg_temp.ask(org, person, boss, 'one'), 'no_factor', 'A5: not where there is none') FROM us;
SELECT is_empty($$ SELECT FROM muster.job WHERE kind = 'factor_reset' UNION ALL SELECT FROM muster.account_token UNION ALL SELECT FROM muster.mail $$, 'A5: a refusal leaves nothing');
SELECT is(pg_temp.ask(org, boss, person, 'one'), 'ok', 'A5: asked for') FROM us;
SELECT is(pg_temp.ask(org, boss, person, 'two'), 'waiting', 'A5: it waits once') FROM us;
SELECT results_eq($$ SELECT kind, run_at - now() FROM muster.job WHERE kind = 'factor_reset' $$, $$ VALUES ('factor_reset', interval '24 hours') $$, 'A5: a job comes a day later');
SELECT results_eq($$ SELECT kind, user_id FROM muster.mail $$, $$ SELECT 'factor_reset_asked', person FROM us $$, 'A5: the person is told');

-- ---- doing it ----

SELECT is(pg_temp.apply(role, org, person, NULL), 'false', format('A5: before the day is over %s does nothing', role)) FROM us, unnest(ARRAY['muster_jobs', 'muster_auth']) role;
SELECT is(pg_temp.apply('muster_auth', org, person, 'guess'), 'false', 'A6: nor does a token that is none') FROM us;
SELECT is(pg_temp.apply('muster_jobs', them.org, us.person, NULL), 'false', 'A3: nor another organisation') FROM us, them;
SELECT is(attempt(role, 'SELECT muster.factor_reset_apply(NULL, NULL)'), '42501', format('G1: %s may not', role))
FROM programs() role WHERE role NOT IN ('muster_auth', 'muster_jobs');
SELECT is(attempt(role, 'SELECT muster.factor_end(NULL, NULL)'), '42501', format('G1: %s ends no factor without being asked', role)) FROM programs() role;
SELECT is(pg_temp.factors(), 'ours theirs', 'A5: both are there still');
UPDATE muster.account_token SET created_at = now() - interval '24 hours';
SELECT is(pg_temp.apply('muster_jobs', org, person, NULL), 'true', 'A5: after the day it goes') FROM us;
SELECT is(pg_temp.factors(), 'theirs', 'A3: theirs is theirs');
SELECT results_eq($$ SELECT (SELECT count(*) FROM muster.recovery_code WHERE user_id = person), (SELECT count(*) FROM muster.user_session WHERE user_id = person),
                            (SELECT count(*) FROM muster.api_key WHERE user_id = person) FROM us $$,
                  $$ VALUES (0::bigint, 0::bigint, 1::bigint) $$, 'A7: codes and sessions go with it, the key stays');
SELECT is(pg_temp.apply('muster_jobs', org, person, NULL), 'false', 'A5: once') FROM us;
SELECT is(pg_temp.ask(org, boss, person, 'three'), 'ok', 'A5: of the others, too') FROM them;
SELECT is(pg_temp.apply('muster_auth', org, person, 'three'), 'true', 'A5: at once, by the mail''s link') FROM them;
SELECT is(pg_temp.factors(), NULL, 'A5: and it is gone');
SELECT results_eq($$ SELECT action, actor_kind, detail FROM muster.audit_log ORDER BY seq $$,
                  $$ VALUES ('user.factor_reset_asked', 'session', '{}'::jsonb), ('user.factor_reset', 'system', '{"by": "time", "sessions": 1}'),
                            ('user.factor_reset_asked', 'session', '{}'), ('user.factor_reset', 'session', '{"by": "person", "sessions": 1}') $$, 'A12: all of it is logged');

-- ---- by a command on the server ----

INSERT INTO muster.second_factor (org_id, user_id, sealed) SELECT org, person, 'k:x' FROM us;
SELECT is(muster.server_factor_reset(email), 'no_factor', 'A5: one that was begun is none') FROM muster.app_user, us WHERE id = person;
UPDATE muster.second_factor SET confirmed_at = now();
SELECT is(muster.server_factor_reset(upper(email)), 'ok', 'A5: at once') FROM muster.app_user, us WHERE id = person;
SELECT is(muster.server_factor_reset('nobody@example.com'), 'not_found', 'A5: an address that nobody has');
SELECT is(pg_temp.factors(), NULL, 'A5: and it is gone by the command');
SELECT is(attempt(role, 'SELECT muster.server_factor_reset(''x'')'), '42501', format('G1: %s cannot', role)) FROM programs() role;

\ir end.psql
