-- Rules A1, A2, A7, A11: a credential becomes a principal, or nothing at all.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid, ADD auditor uuid;
UPDATE us SET person = a_person(org), auditor = a_person(org, 'AUDITOR');
SELECT a_session(org, person, 'good'), a_session(org, person, 'over', '-1 second'), a_session(org, auditor, 'auditor'),
       a_key(org, person, 'key', '{results,team}'), a_key(org, person, 'key over', '{results}', '-1 second'), a_key(org, auditor, 'auditor key', '{results}'),
       a_key(org, person, 'key later', '{results}', '1 hour'), a_key(org, person, 'no scope', '{}') FROM us;

-- The verdict, and whether a tenant is set behind it. Each call starts without one.
CREATE FUNCTION pg_temp.ask(p_kind text, p_token text, p_roles text DEFAULT '{}', p_scope text DEFAULT 'results', p_role text DEFAULT 'muster_portal')
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v text;
BEGIN
    PERFORM enter(NULL);
    v := value(p_role, format('SELECT ''ok'' FROM muster.principal_enter(%L, %L, %L, %L)', p_kind, sha256(p_token::bytea), p_roles, p_scope));
    RETURN v || CASE WHEN tenant() = (SELECT org::text || person FROM us) THEN ' inside' WHEN tenant() = '' THEN ' outside'
                     WHEN tenant() = (SELECT org::text || auditor FROM us) THEN ' auditor inside' ELSE ' ' || tenant() END;
END $$;
CREATE TEMP TABLE player AS SELECT '{SUPER_ADMIN,CLIENT_ADMIN,FACILITATOR,MEMBER}' AS roles;

SELECT is(pg_temp.ask('session', 'good', '{}', 'results', role), 'ok inside', format('A1: a session is somebody for %s', role)) FROM families() role WHERE role <> 'muster_jobs';
SELECT is(pg_temp.ask('key', 'key', '{}', 'results', role), 'ok inside', format('A11: a key is somebody for %s', role)) FROM families() role WHERE role <> 'muster_jobs';
SELECT is(pg_temp.ask('session', 'wrong'), 'MU101 outside', 'A1: a token that nobody issued');
SELECT is(pg_temp.ask('key', 'wrong'), 'MU101 outside', 'A1: a key that nobody issued');
SELECT is(pg_temp.ask('key', 'good'), 'MU101 outside', 'A1: a session''s token is no key');
SELECT is(pg_temp.ask('session', 'key'), 'MU101 outside', 'A11: a key is no session');
SELECT is(pg_temp.ask('session', 'over'), 'MU101 outside', 'A6: a session expires');
SELECT is(pg_temp.ask('key', 'key over'), 'MU101 outside', 'A11: a key expires');
SELECT is(pg_temp.ask('key', 'key later'), 'ok inside', 'A11: and not before its time');
-- Guards.
SELECT is(pg_temp.ask('session', 'good', roles), 'ok inside', 'A2: the role is among the guard''s') FROM player;
SELECT is(pg_temp.ask('session', 'auditor'), 'ok auditor inside', 'A2: a guard without roles lets every role in');
SELECT is(pg_temp.ask('session', 'auditor', roles), 'MU102 outside', 'A2: an auditor is no player') FROM player;
SELECT is(pg_temp.ask('key', 'auditor key', roles), 'MU102 outside', 'A2: nor with a key') FROM player;
SELECT is(pg_temp.ask('session', 'good', '{SUPER_ADMIN,CLIENT_ADMIN}'), 'MU102 outside', 'A2: a member is no administrator');
SELECT is(pg_temp.ask('session', 'good', '{SUPER_ADMIN}'), 'MU102 outside', 'A2: nor the platform''s');
-- Scopes.
SELECT is(pg_temp.ask('key', 'key', '{}', 'team'), 'ok inside', 'A11: a key''s second scope');
SELECT is(pg_temp.ask('key', 'key', '{}', 'exercises'), 'MU103 outside', 'A11: a scope that the key does not have');
SELECT is(pg_temp.ask('key', 'key', '{}', ''), 'MU103 outside', 'A11: a call for sessions only');
SELECT is(pg_temp.ask('key', 'no scope'), 'MU103 outside', 'A11: a key without scopes');
SELECT is(pg_temp.ask('session', 'good', '{}', ''), 'ok inside', 'A11: sessions need no scope');
-- Second factor (rule A5): where the organisation requires it, and for the platform.
CREATE FUNCTION pg_temp.factored(p_kind text, p_token text, p_factor text, p_scope text DEFAULT 'results', p_roles text DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enter(NULL);
    RETURN value('muster_portal', format('SELECT ''ok'' FROM muster.principal_enter(%L, %L, %L, %L, 0, 0, %L)', p_kind, sha256(p_token::bytea), p_roles, p_scope, p_factor));
END $$;
CREATE TEMP TABLE ways AS SELECT * FROM (VALUES ('session', 'good'), ('key', 'key')) t (kind, token);
SELECT is(pg_temp.factored(kind, token, factor), CASE factor WHEN 'always' THEN 'MU106' ELSE 'ok' END, format('A5: %s, %s, not required by the organisation', kind, factor))
FROM ways, unnest(ARRAY['', 'required', 'always']) factor;
UPDATE muster.org SET second_factor_required = true FROM us WHERE org_id = org;
SELECT is(pg_temp.factored(kind, token, factor), CASE factor WHEN '' THEN 'ok' ELSE 'MU106' END, format('A5: %s, %s, required', kind, factor))
FROM ways, unnest(ARRAY['', 'required', 'always']) factor;
SELECT is(pg_temp.factored('key', 'key', 'required', 'exercises'), 'MU103', 'A11: the scope is asked for before');
SELECT is(pg_temp.factored('session', 'good', 'required', '', '{CLIENT_ADMIN}'), 'MU102', 'A2: so is the role');
INSERT INTO muster.second_factor (org_id, user_id, sealed) SELECT org, person, 'k:x' FROM us;
SELECT is(pg_temp.factored(kind, token, 'required'), 'MU106', format('A5: one that was begun is none: %s', kind)) FROM ways;
UPDATE muster.second_factor SET confirmed_at = now();
SELECT is(pg_temp.factored(kind, token, factor), 'ok', format('A5: there is one: %s, %s', kind, factor)) FROM ways, unnest(ARRAY['required', 'always']) factor;
DELETE FROM muster.second_factor;
UPDATE muster.org SET second_factor_required = false FROM us WHERE org_id = org;
-- Proof (rule A15): by when the session began, or when its person last proved it.
CREATE FUNCTION pg_temp.proven(p_kind text, p_token text, p_roles text DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enter(NULL);
    RETURN value('muster_portal', format('SELECT ''ok'' FROM muster.principal_enter(%L, %L, %L, ''results'', 900)', p_kind, sha256(p_token::bytea), p_roles));
END $$;
SELECT is(pg_temp.proven('session', 'good'), 'ok', 'A15: signing in is a proof');
UPDATE muster.user_session SET created_at = now() - interval '901 seconds';
SELECT is(pg_temp.proven('session', 'good'), 'MU105', 'A15: for so many seconds');
SELECT is(pg_temp.ask('session', 'good'), 'ok inside', 'A15: where none is asked for the session goes on');
SELECT is(pg_temp.proven('session', 'good', '{SUPER_ADMIN}'), 'MU102', 'A15: the role is looked at first');
UPDATE muster.user_session SET stepped_up_at = now() - interval '899 seconds';
SELECT is(pg_temp.proven('session', 'good'), 'ok', 'A15: a password or code given since counts');
UPDATE muster.user_session SET stepped_up_at = now() - interval '901 seconds';
SELECT is(pg_temp.proven('session', 'good'), 'MU105', 'A15: for as many seconds');
UPDATE muster.api_key SET created_at = now() - interval '1 day';
SELECT is(pg_temp.proven('key', 'key'), 'ok', 'A15: a key is asked for its scope alone');
-- Idle (rule A15): a session that nobody uses ends, the platform's sooner.
CREATE FUNCTION pg_temp.rested(p_kind text, p_token text, p_seconds integer, p_idle integer DEFAULT 259200) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enter(NULL);
    UPDATE muster.user_session SET last_seen_at = now() - make_interval(secs => p_seconds);
    UPDATE muster.api_key SET last_used_at = now() - make_interval(secs => p_seconds);
    RETURN value('muster_portal', format('SELECT ''ok'' FROM muster.principal_enter(%L, %L, ''{}'', ''results'', 0, %L)', p_kind, sha256(p_token::bytea), p_idle));
END $$;
SELECT is(pg_temp.rested('session', 'good', 259200), 'ok', 'A15: a session may rest for so many seconds');
SELECT is(pg_temp.rested('session', 'good', 259201), 'MU101', 'A15: and is none after them');
SELECT is(pg_temp.rested('session', 'good', 2592000, 0), 'ok', 'A15: 0 is no limit');
SELECT is(pg_temp.rested('key', 'key', 2592000), 'ok', 'A15: a key may rest');
UPDATE muster.app_user SET role = 'SUPER_ADMIN' FROM us WHERE id = person;
SELECT is(pg_temp.rested('session', 'good', 28800), 'ok', 'A15: a platform administrator''s may rest for eight hours');
SELECT is(pg_temp.rested('session', 'good', 28801), 'MU101', 'A15: and no longer');
SELECT is(pg_temp.rested('session', 'good', 3601, 3600), 'MU101', 'A15: or less where less is configured');
UPDATE muster.app_user SET role = 'MEMBER' FROM us WHERE id = person;
UPDATE muster.user_session SET last_seen_at = now();
-- Plan, person, revocation: they count at the next request.
SELECT is(pg_temp.ask('key', 'key', '{SUPER_ADMIN}', 'exercises'), 'MU103 outside', 'the first thing that fails is told');
INSERT INTO muster.org_ending (org_id, ends_at) SELECT org_id, '2031-02-03 04:05:06.789+00' FROM muster.user_session WHERE token_hash = sha256('good');
SELECT is(pg_temp.ask('session', 'good'), 'MU107 outside', 'E2: an organisation that is going to be deleted');
SELECT is(pg_temp.ask('key', 'key'), 'MU107 outside', 'E2: its keys as well');
SELECT throws_ok($$ SELECT FROM muster.principal_enter('session', sha256('good'), '{}', '') $$, 'MU107', '2031-02-03T04:05:06Z', 'E2: it is said until when');
SELECT is(value('muster_portal', format('SELECT ''ok'' FROM muster.principal_enter(%L, sha256(%L), ''{}'', ''results'', p_ending => true)', kind, token)), 'ok',
          format('E2: a row that stays open takes its %s', kind)) FROM (VALUES ('session', 'good'), ('key', 'key')) t (kind, token);
DELETE FROM muster.org_ending;
UPDATE muster.org SET plan = 'FREE' FROM us WHERE org_id = org;
SELECT is(pg_temp.ask('key', 'key'), 'MU104 outside', 'A11: a plan without API access');
SELECT is(pg_temp.ask('session', 'good'), 'ok inside', 'a plan without API access has sessions');
UPDATE muster.org SET plan = 'ENTERPRISE' FROM us WHERE org_id = org;
UPDATE muster.app_user SET status = 'DEACTIVATED' FROM us WHERE id = person;
SELECT is(pg_temp.ask(kind, token), 'MU101 outside', format('A7: a deactivated person''s %s', kind)) FROM (VALUES ('session', 'good'), ('key', 'key')) t (kind, token);
UPDATE muster.app_user SET status = 'ACTIVE' FROM us WHERE id = person;
SELECT is(pg_temp.ask(kind, token), 'ok inside', format('and active again: %s', kind)) FROM (VALUES ('session', 'good'), ('key', 'key')) t (kind, token);

-- What it says of the person.
SELECT results_eq($$ SELECT user_id, org_id, role, credential_id IS NOT NULL FROM muster.principal_enter('session', sha256('good'), '{}', '') $$,
                  $$ SELECT person, org, 'MEMBER', true FROM us $$, 'the principal');
-- A refused one ends the pipeline, without a line in the server's log, which anybody could fill.
SELECT throws_ok($$ SELECT FROM muster.principal_enter('session', sha256('wrong'), '{}', '') $$, 'MU101', 'refused', 'nobody is nobody');
SELECT ok(has_parameter_privilege('muster_lookup', 'log_min_messages', 'SET'), 'and the server''s log does not hear of it');
SELECT ok(NOT has_parameter_privilege(role, 'log_min_messages', 'SET'), format('%s cannot silence the log', role)) FROM programs() role;

-- Last use is kept to the minute: reads stay reads (rule A11).
UPDATE muster.api_key SET last_used_at = NULL;
SELECT pg_temp.ask('key', 'key');
SELECT isnt(last_used_at, NULL, 'A11: the first use is noted') FROM muster.api_key WHERE token_hash = sha256('key');
UPDATE muster.api_key SET last_used_at = now() - interval '59 seconds';
SELECT pg_temp.ask('key', 'key');
SELECT is(last_used_at, now() - interval '59 seconds', 'A11: within a minute nothing is written') FROM muster.api_key WHERE token_hash = sha256('key');
UPDATE muster.api_key SET last_used_at = now() - interval '61 seconds';
SELECT pg_temp.ask('key', 'key');
SELECT is(last_used_at, now(), 'A11: after a minute it is') FROM muster.api_key WHERE token_hash = sha256('key');
SELECT is(last_used_at, now() - interval '61 seconds', 'A11: of that key alone') FROM muster.api_key WHERE token_hash = sha256('key later');
UPDATE muster.user_session SET last_seen_at = now() - interval '61 seconds';
SELECT pg_temp.ask('session', 'good');
SELECT is(last_seen_at = now(), token_hash = sha256('good'), 'last seen, of that session alone') FROM muster.user_session;

-- Sessions and keys end with their row; the family may delete its tenant's, entered by principal_enter.
SELECT pg_temp.ask('session', 'good');
SELECT is(attempt('muster_auth', $$ DELETE FROM muster.user_session WHERE token_hash = sha256('good') $$), 'ok', 'A10: sign-out deletes the session');
SELECT is(pg_temp.ask('session', 'good'), 'MU101 outside', 'A10: and the session is over');

-- G6: nobody waits for the note of last use (locks.tap.sh); here, that the caller's search path says nothing to a function that has none of
-- its own: everything that it could take from there is there, and lies. In the families' hands such things do not come about at all
-- (grants.sql: no temporary tables, no schema to make anything in).
CREATE SCHEMA evil;
DO $$
DECLARE
    t text;
    o text;
BEGIN
    FOREACH t IN ARRAY ARRAY['text', 'uuid', 'bytea', 'timestamptz', 'integer'] LOOP
        EXECUTE format('CREATE FUNCTION evil.yes(%s, %1$s) RETURNS boolean LANGUAGE sql IMMUTABLE AS ''SELECT true''', t);
        FOREACH o IN ARRAY ARRAY['=', '<', '>', '<>'] LOOP
            EXECUTE format('CREATE OPERATOR evil.%s (LEFTARG = %s, RIGHTARG = %2$s, FUNCTION = evil.yes)', o, t);
        END LOOP;
    END LOOP;
END $$;
CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT '-infinity'::timestamptz $$;
CREATE FUNCTION evil.cardinality(text[]) RETURNS integer LANGUAGE sql AS $$ SELECT 0 $$;
CREATE FUNCTION evil.set_config(text, text, boolean) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'evil'; END $$;
CREATE TABLE evil.user_session AS SELECT * FROM muster.user_session;
CREATE TEMP TABLE user_session AS SELECT * FROM muster.user_session;
CREATE TEMP TABLE app_user AS SELECT * FROM muster.app_user;
CREATE TEMP TABLE api_key AS SELECT * FROM muster.api_key;
GRANT USAGE ON SCHEMA evil TO PUBLIC;
SELECT a_session(org, person, 'again') FROM us;
CREATE FUNCTION pg_temp.lied_to(p_kind text, p_token bytea, p_roles text[], p_scope text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v text;
BEGIN
    PERFORM enter(NULL), pg_catalog.set_config('search_path', 'pg_temp, evil, pg_catalog', true);
    SELECT 'ok' INTO v FROM muster.principal_enter(p_kind, p_token, p_roles, p_scope) e;
    PERFORM pg_catalog.set_config('search_path', 'test, tap, public', true);
    RETURN v;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
SET LOCAL search_path = evil, pg_catalog;
CREATE TABLE evil.believed AS SELECT 'a'::text = 'b'::text AND cardinality('{x}'::text[]) = 0 AS is_it;
SET LOCAL search_path = test, tap, public;
SELECT is(is_it, true, 'the lies are believed where nothing is qualified') FROM evil.believed;
SELECT is(pg_temp.lied_to('session', sha256('wrong'), '{}', ''), 'MU101', 'A1: a wrong token');
SELECT is(pg_temp.lied_to('session', sha256('over'), '{}', ''), 'MU101', 'A6: one that is over');
SELECT is(pg_temp.lied_to('session', sha256('again'), '{SUPER_ADMIN}', ''), 'MU102', 'A2: a role that is not among the guard''s');
SELECT is(pg_temp.lied_to('key', sha256('key'), '{}', 'exercises'), 'MU103', 'A11: a scope that the key does not have');
SELECT is(pg_temp.lied_to('nothing', sha256('again'), '{}', ''), 'MU101', 'A1: no kind of credential');
SELECT is(pg_temp.lied_to('session', sha256('again'), '{}', ''), 'ok', 'and the truth');

\ir end.psql
