-- Rule A12: the audit log is append-only, chained, written with the act, and breaks where somebody touches it.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid;
UPDATE us SET person = a_person(org, 'CLIENT_ADMIN');
CREATE TEMP TABLE them AS SELECT an_org() AS org;
GRANT SELECT ON us, them TO PUBLIC;

-- An entry as one of the families writes it.
CREATE FUNCTION pg_temp.note(p_role text, p_action text DEFAULT 'user.tested', p_detail text DEFAULT '{"n":1}') RETURNS text LANGUAGE sql AS $$
    SELECT value(p_role, format('SELECT muster.audit(%L, ''user'', %L, %L)', p_action, (SELECT person FROM us), p_detail)) $$;
CREATE FUNCTION pg_temp.broken() RETURNS bigint LANGUAGE sql AS $$ SELECT muster.audit_verify(org) FROM us $$;

SELECT is(pg_temp.broken(), NULL, 'A12: an empty log is whole');
SELECT isnt(pg_temp.note('muster_auth'), '1', 'A12: without a tenant nothing is written');
SELECT enter(org, person), set_config('app.request_id', 'f00', true), set_config('app.actor', 'key', true) FROM us;
SELECT is(pg_temp.note(role), number::text, format('A12: %s writes entry %s', role, number)) FROM (SELECT role, row_number() OVER () AS number FROM families() role WHERE role <> 'muster_jobs') f;
SELECT results_eq('SELECT seq, actor_id, actor_kind, action, target_type, target_id, detail, request_id FROM muster.audit_log, us WHERE org_id = org AND seq = 1',
                  $$ SELECT 1::bigint, person, 'key', 'user.tested', 'user', person, '{"n": 1}'::jsonb, 'f00' FROM us $$, 'A12: what an entry says');
SELECT set_config('app.actor', 'any', true);
SELECT is(pg_temp.note('muster_auth', 'user.tested', NULL), '4', 'A12: no detail is an empty object');
SELECT results_eq('SELECT actor_kind, detail FROM muster.audit_log, us WHERE org_id = org AND seq = 4', $$ VALUES ('session', '{}'::jsonb) $$,
                  'A12: any session is a session');
SELECT is(muster.audit_append(org, NULL, 'user.tested', 'user', person, '{}'), 5::bigint, 'A12: the system writes too') FROM us;
SELECT is(actor_kind, 'system', 'A12: and says so') FROM muster.audit_log, us WHERE org_id = org AND seq = 5;
SELECT is(attempt('muster_auth', $$ SELECT muster.audit('Not an action', 'user', NULL, NULL) $$), '23514', 'A12: actions have a form');
SELECT is(attempt('muster_auth', $$ SELECT muster.audit('user.tested', 'user', NULL, '[]') $$), '23514', 'A12: details are an object');
SELECT is(pg_temp.broken(), NULL, 'A12: the chain is whole');
SELECT is((SELECT array_agg(seq ORDER BY seq) FROM muster.audit_log, us WHERE org_id = org), ARRAY[1, 2, 3, 4, 5]::bigint[],
          'A12: what failed left no gap in the numbers');
SELECT is(count(DISTINCT actor_digest), count(actor_id), 'A12: the same person looks different in each entry') FROM muster.audit_log;

-- Another organisation has a chain of its own.
SELECT is(muster.audit_append(org, NULL, 'user.tested', 'organization', org, '{}'), 1::bigint, 'A12: each organisation counts for itself') FROM them;
SELECT is(muster.audit_verify(org), NULL, 'A12: and its chain is whole') FROM them;
SELECT is(value('muster_auth', 'SELECT count(*) FROM muster.audit_log'), '5', 'A3: one organisation''s entries alone are seen');

-- The act and its entry are one transaction.
DO $$ BEGIN
    PERFORM muster.audit('user.undone', 'user', NULL, NULL);
    RAISE EXCEPTION 'undone';
EXCEPTION WHEN OTHERS THEN NULL;
END $$;
SELECT is_empty($$ SELECT FROM muster.audit_log WHERE action = 'user.undone' $$, 'A12: an act that is undone is not in the log');
SELECT is(pg_temp.broken(), NULL, 'A12: and did not break the chain');

-- Nobody edits it: the families have no grant, for everybody else there is the trigger.
SELECT is(attempt(role, statement), '42501', format('A12: %s is refused %s', role, statement))
FROM (SELECT families() UNION ALL VALUES ('muster_lookup')) AS f (role), unnest(ARRAY[
    'UPDATE muster.audit_log SET action = ''user.other''', 'DELETE FROM muster.audit_log', 'TRUNCATE muster.audit_log']) statement;
SELECT is(attempt(role, statement), '42501', format('A12: %s is refused %s', role, statement))
FROM families() role, unnest(ARRAY['INSERT INTO muster.audit_log SELECT * FROM muster.audit_log', 'UPDATE muster.audit_head SET seq = 0', 'SELECT FROM muster.audit_head',
    'SELECT muster.audit_append(gen_random_uuid(), NULL, ''user.x'', ''user'', NULL, NULL)', 'SELECT muster.audit_verify(gen_random_uuid())']) statement;
SELECT is(attempt(role, statement), '23514', format('A12: not even %s may %s', role, statement))
FROM unnest(ARRAY['postgres', 'muster_owner']) role, unnest(ARRAY[
    'UPDATE muster.audit_log SET action = ''user.other''', 'UPDATE muster.audit_log SET actor_id = NULL', 'DELETE FROM muster.audit_log WHERE seq = 5',
    'UPDATE muster.audit_log SET hash = hash', 'TRUNCATE muster.audit_log']) statement;

-- Somebody who turns the trigger off is found out.
ALTER TABLE muster.audit_log DISABLE TRIGGER audit_is_append_only;
CREATE FUNCTION pg_temp.after(p_sql text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v bigint;
BEGIN
    EXECUTE p_sql;
    v := pg_temp.broken();
    RAISE EXCEPTION USING MESSAGE = coalesce(v::text, '');
EXCEPTION WHEN OTHERS THEN
    RETURN nullif(SQLERRM, '')::bigint;
END $$;
SELECT is(pg_temp.after('UPDATE muster.audit_log SET ' || change || ' WHERE seq = 3 AND org_id = (SELECT org FROM us)'), 3::bigint, format('A12: %s is found', change))
FROM unnest(ARRAY['action = ''user.other''', 'at = at + interval ''1 microsecond''', 'detail = ''{"n":2}''', 'target_id = gen_random_uuid()', 'target_type = ''x''',
                  'actor_kind = ''system''', 'request_id = ''bad''', 'hash = sha256(hash)', 'actor_digest = sha256(actor_digest)']) change;
SELECT is(pg_temp.after(format('DELETE FROM muster.audit_log WHERE seq = %s AND org_id = (SELECT org FROM us)', n)), n::bigint, format('A12: the missing entry %s is found', n))
FROM generate_series(1, 5) n;
SELECT is(pg_temp.after('UPDATE muster.audit_log SET actor_id = NULL WHERE seq = 2'), NULL, 'A12: a person who is gone does not break the chain');
SELECT is(pg_temp.after(format('UPDATE muster.audit_log SET actor_id = %L WHERE seq = 2', a_person(org))), 2::bigint, 'A12: an act put down to somebody else is found') FROM us;
SELECT is(pg_temp.after('DELETE FROM muster.audit_head'), 1::bigint, 'A12: a missing end is found');
SELECT is(pg_temp.after('UPDATE muster.audit_head SET seq = 9 WHERE org_id = (SELECT org FROM us)'), 6::bigint, 'A12: entries that ought to follow are found');
SELECT is(pg_temp.after('DELETE FROM muster.audit_log WHERE seq > 3 AND org_id = (SELECT org FROM us)'), 4::bigint, 'A12: a log that was cut off is found');
SELECT is(pg_temp.after('INSERT INTO muster.audit_log SELECT (jsonb_populate_record(l, ''{"seq":6}'')).* FROM muster.audit_log l, us WHERE org_id = org AND seq = 5'),
          6::bigint, 'A12: an entry that was slipped in is found');
ALTER TABLE muster.audit_log ENABLE TRIGGER audit_is_append_only;
SELECT is(pg_temp.broken(), NULL, 'A12: untouched, the chain is whole again');

-- The acts of 0005: registration, joining, a refused sign-in.
SELECT value('muster_auth', 'SELECT muster.register(''new@example.com'', ''A'', ''B'', ''hash'', ''New'', ''new'', ''FREE'', NULL, ''en'')');
CREATE TEMP TABLE newcomer AS SELECT org_id AS org, id AS person FROM muster.app_user WHERE email = 'new@example.com';
SELECT results_eq('SELECT seq, action, actor_id, target_id, detail FROM muster.audit_log JOIN newcomer ON org = org_id ORDER BY seq',
                  $$ SELECT 1::bigint, 'organization.registered', person, org, '{"plan":"FREE"}'::jsonb FROM newcomer
                     UNION ALL SELECT 2, 'user.registered', person, person, '{"role":"CLIENT_ADMIN"}' FROM newcomer $$, 'A12: registration is in the log');
SELECT an_invitation(org, 'guest@example.com', 'token') FROM newcomer;
SELECT value('muster_auth', 'SELECT muster.register(''guest@example.com'', ''A'', ''B'', ''hash'', ''x'', ''x'', ''FREE'', sha256(''token''), ''en'')');
SELECT is((SELECT action || (detail ->> 'role') FROM muster.audit_log JOIN newcomer ON org = org_id WHERE seq = 3), 'user.joinedMEMBER', 'A12: joining is in the log');
SELECT lives_ok(format('SELECT muster.sign_in_refused(%L, %L, ''password'', sha256(''x''))', person, org), 'a refused sign-in') FROM newcomer;
SELECT is((SELECT action || (detail ->> 'reason') || actor_kind FROM muster.audit_log JOIN newcomer ON org = org_id WHERE seq = 4), 'user.sign_in_refusedpasswordsystem',
          'A12: is in the log of the account''s organisation');
SELECT lives_ok($$ SELECT muster.sign_in_refused(NULL, NULL, 'password', sha256('x')) $$, 'A8: for an unknown address');
SELECT is(count(*)::int, 1, 'A8: a row of its own is written') FROM muster.attempt WHERE kind = 'signin-unknown';

-- E1: an entry names nobody but by ids.
SELECT is_empty($$ SELECT l FROM muster.audit_log l WHERE l::text ~ '@|Alex|Morgan|hash' $$, 'E1: no name, address or secret is in the log');
-- An erased person and a deleted organisation.
SELECT lives_ok($$ DELETE FROM muster.app_user WHERE id = (SELECT person FROM us) $$, 'E2: somebody who is in the log can be erased');
SELECT is((SELECT count(*)::int FROM muster.audit_log, us WHERE org_id = org AND actor_id IS NOT NULL), 0, 'E2: the entries stay, of nobody');
SELECT is(pg_temp.broken(), NULL, 'A12: and the chain is whole');
SELECT lives_ok('DELETE FROM muster.org WHERE org_id = (SELECT org FROM them)', 'an organisation goes with its log');

\ir end.psql
