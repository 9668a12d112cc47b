-- Rules A5, A7: a half session is nobody but for the second step; codes are used once; a changed password ends everything.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid;
UPDATE us SET person = a_person(org, 'CLIENT_ADMIN', 'someone@example.com');
INSERT INTO muster.credential (org_id, user_id, password_hash) SELECT org, person, 'old hash' FROM us;
INSERT INTO muster.second_factor (org_id, user_id, sealed) SELECT org, person, 'k:x' FROM us;
INSERT INTO muster.pending_session (org_id, user_id, token_hash, expires_at)
SELECT org, person, sha256(token::bytea), now() + life FROM us, (VALUES ('half', interval '5 minutes'), ('over', interval '-1 second')) t (token, life);
SELECT a_session(org, person, 'whole'), a_key(org, person, 'key', '{results}') FROM us;

CREATE FUNCTION pg_temp.ask(p_kind text, p_token text, p_roles text DEFAULT '{}', p_scope text DEFAULT '') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v text;
BEGIN
    PERFORM enter(NULL);
    v := value('muster_auth', format('SELECT ''ok'' FROM muster.principal_enter(%L, %L, %L, %L)', p_kind, sha256(p_token::bytea), p_roles, p_scope));
    RETURN v || CASE WHEN tenant() = '' THEN ' outside' ELSE ' inside' END;
END $$;

SELECT is(pg_temp.ask('session', 'half'), 'MU101 outside', 'A5: a half session is no session');
SELECT is(pg_temp.ask('key', 'half'), 'MU101 outside', 'A5: nor a key');
SELECT is(pg_temp.ask('session', 'half', roles), 'MU101 outside', format('A5: whatever the roles: %s', roles))
FROM unnest(ARRAY['{CLIENT_ADMIN}', '{SUPER_ADMIN,CLIENT_ADMIN}', '{}']) roles;
SELECT is(pg_temp.ask('pending', 'half'), 'ok inside', 'A5: for the second step it is somebody');
SELECT is(pg_temp.ask('any', 'half'), 'ok inside', 'A10: and to sign out');
SELECT is(pg_temp.ask('pending', 'over'), 'MU101 outside', 'A5: until it expires');
SELECT is(pg_temp.ask('any', 'over'), 'MU101 outside', 'A5: also to sign out');
SELECT is(pg_temp.ask('pending', token), 'MU101 outside', format('A5: the second step is not for a %s', token)) FROM unnest(ARRAY['whole', 'key']) token;
SELECT is(pg_temp.ask('any', 'whole'), 'ok inside', 'A10: a whole session signs out');
SELECT is(pg_temp.ask('any', 'key'), 'MU101 outside', 'A10: a key does not');
SELECT is(pg_temp.ask('', token), 'MU101 outside', format('A5: a kind that there is not: %s', token)) FROM unnest(ARRAY['whole', 'key', 'half']) token;
UPDATE muster.app_user SET status = 'DEACTIVATED' FROM us WHERE id = person;
SELECT is(pg_temp.ask(kind, 'half'), 'MU101 outside', format('A7: deactivated, %s', kind)) FROM unnest(ARRAY['pending', 'any']) kind;
UPDATE muster.app_user SET status = 'ACTIVE' FROM us WHERE id = person;

-- An enrolment that nobody confirmed asks for nothing at sign-in.
SELECT is(value('muster_auth', $$ SELECT has_factor FROM muster.sign_in_lookup('someone@example.com') $$), 'false', 'A5: begun is not on');
UPDATE muster.second_factor SET confirmed_at = now();
SELECT is(value('muster_auth', $$ SELECT has_factor FROM muster.sign_in_lookup('someone@example.com') $$), 'true', 'A5: confirmed is on');

-- Grants: secrets and codes are the auth family's alone; not even it changes a code or a half session.
SELECT is(attempt(role, 'SELECT FROM muster.' || tab), '42501', format('G1: %s cannot read %s', role, tab))
FROM unnest(ARRAY['muster_exercises', 'muster_portal']) role, unnest(ARRAY['second_factor', 'recovery_code', 'pending_session']) tab;
SELECT is(attempt('muster_auth', statement), '42501', format('G1: muster_auth is refused %s', statement))
FROM unnest(ARRAY['UPDATE muster.recovery_code SET code_hash = code_hash', 'UPDATE muster.pending_session SET expires_at = now()',
                  'UPDATE muster.user_session SET user_id = user_id']) statement;
SELECT is(attempt('muster_lookup', statement), '42501', format('G1: muster_lookup is refused %s', statement))
FROM unnest(ARRAY['UPDATE muster.second_factor SET sealed = sealed', 'INSERT INTO muster.second_factor SELECT * FROM muster.second_factor', 'INSERT INTO muster.recovery_code SELECT * FROM muster.recovery_code',
                  'INSERT INTO muster.pending_session SELECT * FROM muster.pending_session']) statement;

-- Recovery codes go with the factor, everything with the person.
INSERT INTO muster.recovery_code (org_id, user_id, code_hash) SELECT org, person, sha256(i::text::bytea) FROM us, generate_series(1, 10) i;
SELECT is(attempt('postgres', 'DELETE FROM muster.second_factor'), 'ok', 'A5: turned off');
SELECT is_empty('SELECT FROM muster.recovery_code', 'A5: and no code is left');
SELECT is(attempt('postgres', 'DELETE FROM muster.app_user WHERE email = ''someone@example.com'''), 'ok', 'A7: a person is removed');
SELECT is_empty(format('SELECT FROM muster.%I', tab), format('A7: and nothing is left in %s', tab))
FROM unnest(ARRAY['pending_session', 'user_session', 'api_key', 'credential']) tab;

\ir end.psql
