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
SELECT is(pg_temp.note(role), number::text, format('A12: %s writes entry %s', role, number)) FROM (SELECT role, row_number() OVER () AS number FROM families() role WHERE role NOT IN ('muster_jobs', 'muster_intel')) f; -- intel_users.sql
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
          'A12: entries are numbered one after the other');
SELECT is((SELECT array_agg(link ORDER BY seq) FROM muster.audit_log, us WHERE org_id = org), ARRAY[1, 2, 3, 4, 5]::bigint[],
          'A12: what failed left no gap in the chain');
SELECT is(count(DISTINCT actor_digest), count(actor_id), 'A12: the same person looks different in each entry') FROM muster.audit_log;

-- Another organisation has a chain of its own.
SELECT cmp_ok(muster.audit_append(org, NULL, 'user.tested', 'organization', org, '{}'), '>', 5::bigint, 'A12: numbers grow with time, whoever writes') FROM them;
SELECT is(link, 1::bigint, 'A12: each organisation has chains of its own') FROM muster.audit_log, them WHERE org_id = org;
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
SELECT is(pg_temp.after(format('DELETE FROM muster.audit_log WHERE seq = %s AND org_id = (SELECT org FROM us)', n)), least(n + 1, 5)::bigint, format('A12: where entry %s is missing is found', n))
FROM generate_series(1, 5) n;
SELECT is(pg_temp.after('UPDATE muster.audit_log SET actor_id = NULL WHERE seq = 2'), NULL, 'A12: a person who is gone does not break the chain');
SELECT is(pg_temp.after(format('UPDATE muster.audit_log SET actor_id = %L WHERE seq = 2', a_person(org))), 2::bigint, 'A12: an act put down to somebody else is found') FROM us;
SELECT is(pg_temp.after('DELETE FROM muster.audit_head'), 1::bigint, 'A12: a missing end is found');
SELECT is(pg_temp.after('UPDATE muster.audit_head SET link = 9, seq = 9 WHERE org_id = (SELECT org FROM us)'), 9::bigint, 'A12: entries that ought to follow are found');
SELECT is(pg_temp.after('DELETE FROM muster.audit_log WHERE seq > 3 AND org_id = (SELECT org FROM us)'), 5::bigint, 'A12: a log that was cut off is found');
SELECT is(pg_temp.after('INSERT INTO muster.audit_log SELECT (jsonb_populate_record(l, ''{"seq":60,"link":6}'')).* FROM muster.audit_log l, us WHERE org_id = org AND seq = 5'),
          60::bigint, 'A12: an entry that was slipped in is found');
SELECT is(pg_temp.after('UPDATE muster.audit_log SET ' || change || ' WHERE seq = 3 AND org_id = (SELECT org FROM us)'), 3::bigint, format('A12: %s is found', change))
FROM unnest(ARRAY['lane = 1', 'lane = 99', 'link = 4', 'link = NULL', 'lane = 1, link = 1']) change;
ALTER TABLE muster.audit_log ENABLE TRIGGER audit_is_append_only;
SELECT is(pg_temp.broken(), NULL, 'A12: untouched, the chain is whole again');

-- The acts of signing up and in: registration, joining, a refused sign-in.
SELECT value('muster_auth', 'SELECT muster.register(''new@example.com'', ''A'', ''B'', ''hash'', ''New'', ''new'', ''FREE'', NULL, ''en'')');
CREATE TEMP TABLE newcomer AS SELECT org_id AS org, id AS person FROM muster.app_user WHERE email = 'new@example.com';
SELECT results_eq('SELECT link, action, actor_id, target_id, detail FROM muster.audit_log JOIN newcomer ON org = org_id ORDER BY seq',
                  $$ SELECT 1::bigint, 'organization.registered', person, org, '{"plan":"FREE"}'::jsonb FROM newcomer
                     UNION ALL SELECT 2, 'user.registered', person, person, '{"role":"CLIENT_ADMIN"}' FROM newcomer $$, 'A12: registration is in the log');
SELECT an_invitation(org, 'guest@example.com', 'token') FROM newcomer;
SELECT value('muster_auth', 'SELECT muster.register(''guest@example.com'', ''A'', ''B'', ''hash'', ''x'', ''x'', ''FREE'', sha256(''token''), ''en'')');
SELECT is((SELECT action || (detail ->> 'role') FROM muster.audit_log JOIN newcomer ON org = org_id WHERE link = 3), 'user.joinedMEMBER', 'A12: joining is in the log');
SELECT lives_ok($$ SELECT muster.sign_in_refused('new@example.com', 'password', sha256('x')) $$, 'a refused sign-in');
SELECT is((SELECT action || (detail ->> 'reason') || actor_kind FROM muster.audit_log JOIN newcomer ON org = org_id WHERE link = 4), 'user.sign_in_refusedpasswordsystem',
          'A12: is in the log of the account''s organisation');
SELECT lives_ok($$ SELECT muster.sign_in_refused('nobody@example.com', 'password', sha256('x')) $$, 'A8: for an unknown address');
SELECT is(count(*)::int, 1, 'A8: a row of its own is written') FROM muster.attempt WHERE kind = 'signin-unknown';

-- A chain that the first release has written, lane 0 without links, is whole, is found out like others, and goes on.
CREATE FUNCTION pg_temp.old_entry(p_org uuid, p_seq bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    r muster.audit_log;
    v_hash bytea := coalesce((SELECT h.hash FROM muster.audit_head h WHERE h.org_id = p_org), sha256(convert_to(p_org::text, 'UTF8')));
BEGIN
    SELECT p_org, p_seq, clock_timestamp(), NULL, 'system', NULL, 'user.old', 'organization', p_org, '{"n": 1}', NULL, NULL, 0, NULL INTO r;
    r.hash := sha256(v_hash || convert_to(jsonb_build_array(r.org_id, r.seq, (extract(epoch FROM r.at) * 1000000)::bigint, r.actor_kind,
        encode(r.actor_digest, 'hex'), r.action, r.target_type, r.target_id, r.detail, r.request_id)::text, 'UTF8'));
    INSERT INTO muster.audit_log SELECT r.*;
    INSERT INTO muster.audit_head (org_id, lane, link, seq, hash) VALUES (p_org, 0, p_seq, p_seq, r.hash)
    ON CONFLICT (org_id, lane) DO UPDATE SET link = p_seq, seq = p_seq, hash = r.hash;
END $$;
CREATE TEMP TABLE old AS SELECT an_org() AS org;
SELECT pg_temp.old_entry(org, n) FROM old, generate_series(1, 3) n;
SELECT is(muster.audit_verify(org), NULL, 'A12: a chain of the first release is whole') FROM old;
SELECT muster.audit_append(org, NULL, 'user.new', 'organization', org, '{}') FROM old, generate_series(1, 2);
SELECT results_eq('SELECT action, lane::int, link FROM muster.audit_log JOIN old ON org = org_id ORDER BY seq',
                  $$ VALUES ('user.old', 0, NULL::bigint), ('user.old', 0, NULL), ('user.old', 0, NULL), ('user.new', 0, 4), ('user.new', 0, 5) $$,
                  'A12: it goes on behind its end, and nothing of it was written again');
SELECT is(muster.audit_verify(org), NULL, 'A12: and is whole') FROM old;
ALTER TABLE muster.audit_log DISABLE TRIGGER audit_is_append_only;
CREATE FUNCTION pg_temp.old_after(p_sql text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v bigint;
BEGIN
    EXECUTE p_sql;
    SELECT muster.audit_verify(org) INTO v FROM old;
    RAISE EXCEPTION USING MESSAGE = coalesce(v::text, '');
EXCEPTION WHEN OTHERS THEN
    RETURN nullif(SQLERRM, '')::bigint;
END $$;
SELECT is(pg_temp.old_after('UPDATE muster.audit_log SET action = ''user.other'' WHERE seq = 2 AND org_id = (SELECT org FROM old)'), 2::bigint, 'A12: a change in it is found');
SELECT is(pg_temp.old_after('UPDATE muster.audit_log SET link = 2 WHERE seq = 2 AND org_id = (SELECT org FROM old)'), 2::bigint, 'A12: as is a link that was given to it');
SELECT is(pg_temp.old_after('DELETE FROM muster.audit_log WHERE seq = 3 AND org_id = (SELECT org FROM old)') > 3, true, 'A12: and a gap where the releases meet');
ALTER TABLE muster.audit_log ENABLE TRIGGER audit_is_append_only;

-- E1: an entry names nobody but by ids.
SELECT is_empty($$ SELECT l FROM muster.audit_log l WHERE l::text ~ '@|Alex|Morgan|hash' $$, 'E1: no name, address or secret is in the log');
-- An erased person and a deleted organisation.
SELECT lives_ok($$ DELETE FROM muster.app_user WHERE id = (SELECT person FROM us) $$, 'E2: somebody who is in the log can be erased');
SELECT is((SELECT count(*)::int FROM muster.audit_log, us WHERE org_id = org AND actor_id IS NOT NULL), 0, 'E2: the entries stay, of nobody');
SELECT is(pg_temp.broken(), NULL, 'A12: and the chain is whole');
SELECT lives_ok('DELETE FROM muster.org WHERE org_id = (SELECT org FROM them)', 'an organisation goes with its log');

\ir end.psql
