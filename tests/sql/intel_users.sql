-- API users of threat intelligence: who is let in, as whom, and what ends them.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid, ADD other uuid, ADD api bigint, ADD token bytea DEFAULT sha256('a token');
UPDATE us SET person = a_person(org, 'CLIENT_ADMIN'), other = a_person(org, 'CLIENT_ADMIN');
UPDATE us SET api = an_api_user(org, person);
INSERT INTO muster.intel_token (org_id, api_user, token_hash, expires_at) SELECT org, api, token, now() + interval '1 hour' FROM us;
GRANT SELECT ON us TO PUBLIC;

CREATE FUNCTION pg_temp.by_signature() RETURNS text LANGUAGE sql AS $$
    SELECT value('muster_intel', format('SELECT id FROM muster.intel_enter(''signature'', %L, %L)', u.access_id, u.secret_hash))
    FROM muster.intel_user u, us WHERE u.id = api $$;
CREATE FUNCTION pg_temp.by_token() RETURNS text LANGUAGE sql AS $$
    SELECT value('muster_intel', format('SELECT id FROM muster.intel_enter(''token'', NULL, %L)', token)) FROM us $$;

SELECT is(u.id IS NOT NULL, true, 'each person has a number') FROM us JOIN muster.intel_user u ON u.org_id = org AND u.user_id = person;
SELECT enter(NULL);
SELECT is(pg_temp.by_signature(), api::text, 'A19: the digest of the secret lets in') FROM us;
SELECT is(tenant(), org::text, 'A3: as the organisation, and as no person') FROM us;
SELECT is(muster.intel_api_user(), api, 'and as the API user') FROM us;
SELECT enter(NULL);
SELECT is(pg_temp.by_token(), api::text, 'so does the digest of a token') FROM us;
SELECT is(tenant(), org::text, 'A3: the same') FROM us;
SELECT isnt(last_used_at, NULL, 'A11: its use is noted') FROM us JOIN muster.intel_user ON id = api;

-- A12: what it does is in the log by number.
SELECT is(attempt('muster_intel', $$ SELECT muster.audit('tag.created', 'tag', NULL, '{"id": 5}') $$), 'ok', 'A12: an API user leaves entries');
SELECT results_eq('SELECT actor_id, actor_kind, detail FROM muster.audit_log, us WHERE org_id = org AND action = ''tag.created''',
                  $$ SELECT NULL::uuid, 'key', jsonb_build_object('id', 5, 'api_user', api) FROM us $$, 'A12: that name it by number');

-- Nothing else lets in.
SELECT enter(NULL);
SELECT is(value('muster_intel', format('SELECT id FROM muster.intel_enter(%L, %L, %L)', kind, access, hash)), 'MU101', format('A19: %s lets nobody in', what))
FROM us JOIN muster.intel_user u ON u.id = api, LATERAL (VALUES
    ('signature', u.access_id, sha256('another'), 'another secret'), ('signature', u.access_id, NULL, 'no secret'),
    ('signature', '99999999999999999999', u.secret_hash, 'another access id'), ('signature', NULL, NULL, 'nothing'),
    ('token', NULL, u.secret_hash, 'the secret as a token'), ('signature', u.access_id, token, 'the token as a secret'),
    ('token', u.access_id, sha256('none'), 'a token that is none')) AS t (kind, access, hash, what);
SELECT is(tenant(), '', 'A3: and nobody has entered');
SELECT is(attempt(role, call), '42501', format('G1: %s cannot call %s', role, call))
FROM programs() role, unnest(ARRAY['SELECT muster.intel_enter_as(gen_random_uuid(), 1)', 'SELECT muster.intel_revoke(gen_random_uuid(), NULL, NULL)']) call;
SELECT is(attempt(role, 'SELECT muster.intel_credential(''1'', NULL)'), '42501', format('G1: %s learns no sealed secret', role))
FROM programs() role WHERE role <> 'muster_intel';

-- States of the organisation.
SAVEPOINT before;
UPDATE muster.org SET suspended_at = now() WHERE org_id = (SELECT org FROM us);
SELECT is(pg_temp.by_signature(), 'MU002', 'not while the organisation is suspended');
SELECT is(value('muster_intel', $$ SELECT count(*) FROM muster.intel_token_renew(sha256('a token'), sha256('new'), now() + interval '1 hour') $$), '0', 'no token is renewed then');
ROLLBACK TO before;
UPDATE muster.org SET plan = 'FREE' WHERE org_id = (SELECT org FROM us);
SELECT is(pg_temp.by_token(), 'MU104', 'not where the plan has no API access');
ROLLBACK TO before;
INSERT INTO muster.org_ending (org_id, ends_at) SELECT org, now() + interval '7 days' FROM us;
SELECT is(pg_temp.by_signature(), 'MU107', 'not in one that is going to be deleted');
ROLLBACK TO before;

-- Tokens end and are renewed.
UPDATE muster.intel_token SET expires_at = now() - interval '59 minutes' WHERE token_hash = (SELECT token FROM us);
SELECT is(pg_temp.by_token(), 'MU101', 'a token that ended lets nobody in');
SELECT is(value('muster_intel', 'SELECT expired FROM muster.intel_credential(NULL, sha256(''a token''))'), 'true', 'which is told');
SELECT is(value('muster_intel', $$ SELECT count(*) FROM muster.intel_token_renew(sha256('a token'), sha256('new'), now() + interval '1 hour') $$), '1', 'within an hour it is renewed');
UPDATE muster.intel_token SET expires_at = now() - interval '61 minutes' WHERE token_hash = (SELECT token FROM us);
SELECT is(value('muster_intel', $$ SELECT count(*) FROM muster.intel_token_renew(sha256('a token'), sha256('new 2'), now() + interval '1 hour') $$), '0', 'afterwards it is not');
ROLLBACK TO before;

-- A14: another organisation's administrator ends nothing of ours.
SELECT enter(an_org());
SELECT is(value('muster_intel', format('SELECT muster.api_user_revoke(%s)', api)), 'false', 'A14: a number of another organisation is none') FROM us;
SELECT enter(org, person) FROM us;
SELECT is(value('muster_intel', 'SELECT muster.api_user_revoke(NULL)'), 'false', 'no number is none');
SELECT is(value('muster_intel', format('SELECT muster.api_user_revoke(%s)', u.id)), 'false', 'nor is a person''s') FROM us JOIN muster.intel_user u ON u.user_id = person;
SELECT is(value('muster_intel', format('SELECT muster.api_user_revoke(%s)', api)), 'true', 'an administrator revokes it') FROM us;
SELECT is(value('muster_intel', format('SELECT muster.api_user_revoke(%s)', api)), 'false', 'once') FROM us;
SELECT results_eq('SELECT sealed, secret_hash FROM muster.intel_user, us WHERE id = api', 'VALUES (NULL::text, NULL::bytea)', 'B1: nothing of the secret is left');
SELECT is(pg_temp.by_token(), 'MU101', 'its tokens ended with it');
ROLLBACK TO before;

-- Its maker leaves: it ends, and the other administrators are told.
SELECT enter(org, person) FROM us;
SELECT value('muster_auth', format('SELECT muster.person_erase(%L, ''removal'')', person)) FROM us;
SELECT isnt(revoked_at, NULL, 'A7: an API user ends with its maker') FROM us JOIN muster.intel_user ON id = api;
SELECT is(created_by, NULL, 'E2: and names nobody') FROM us JOIN muster.intel_user ON id = api;
SELECT is(pg_temp.by_token(), 'MU101', 'so do its tokens');
SELECT is(array_agg(m.user_id), array_agg(DISTINCT other), 'the other administrators get a mail') FROM us JOIN muster.mail m ON m.org_id = org AND m.kind = 'api_users_revoked';
SELECT is(count(*)::int, 1, 'the person''s number is nobody''s') FROM us JOIN muster.intel_user u ON u.org_id = org WHERE u.user_id IS NULL AND u.access_id IS NULL;
ROLLBACK TO before;
SELECT enter(org, other) FROM us;
SELECT value('muster_auth', format('SELECT muster.person_erase(%L, ''removal'')', other)) FROM us;
SELECT is(revoked_at, NULL, 'and goes on when somebody else leaves') FROM us JOIN muster.intel_user ON id = api;
SELECT is_empty('SELECT FROM muster.mail, us WHERE org_id = org AND kind = ''api_users_revoked''', 'of which nobody is told');

\ir end.psql
