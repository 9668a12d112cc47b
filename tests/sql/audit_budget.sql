-- Rule A18: an organisation has a budget of acts an hour, counted where they are recorded.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid;
UPDATE us SET person = a_person(org, 'CLIENT_ADMIN');
CREATE TEMP TABLE them AS SELECT an_org() AS org;
ALTER TABLE them ADD person uuid;
UPDATE them SET person = a_person(org, 'CLIENT_ADMIN');

-- So many acts of the entered person, one after the other: how many were done, and what the next one is told.
CREATE FUNCTION pg_temp.acts(p_action text, p_times int) RETURNS text LANGUAGE sql AS $$
    WITH tried AS MATERIALIZED (
        SELECT attempt('muster_auth', format('SELECT muster.audit(%L, ''user'', NULL, NULL)', p_action)) AS got FROM generate_series(1, p_times))
    SELECT count(*) FILTER (WHERE got = 'ok') || ' ' || coalesce(max(got) FILTER (WHERE got <> 'ok'), 'ok') FROM tried $$;

SELECT enter(org, person) FROM us;
SELECT set_config('app.limit_writes', '0', true);
SELECT is(pg_temp.acts('thing.changed', 30), '30 ok', 'A18: 0 is no limit');
SELECT set_config('app.limit_writes', '', true);
SELECT is(pg_temp.acts('thing.changed', 1), '1 ok', 'A18: nor is nothing');
SELECT set_config('app.limit_writes', '40', true);
SELECT is(pg_temp.acts('thing.changed', 20), '9 MU005', 'A18: acts are counted also while there is no limit, and end at it');
SELECT is(pg_temp.acts('thing.removed', 1), '1 ok', 'A18: things can be taken away');
SELECT is(pg_temp.acts('user.signed_in', 60), '39 MU005', 'A18: and people sign in, as often again');
SELECT is(pg_temp.acts('thing.revoked', 1), '0 MU005', 'A18: but not for ever');
SELECT is(muster.audit_verify(org), NULL, 'A12: the chain is whole') FROM us;

-- What others do to an organisation uses nothing up and is never refused.
SELECT lives_ok($$ SELECT muster.audit_append(org, NULL, 'user.sign_in_refused', 'user', NULL, NULL) FROM us, generate_series(1, 100) $$,
                'A18: strangers are noted');
SELECT is(muster.audit_append(org, person, 'user.erased', 'user', person, NULL, true) > 0, true, 'A18: erasure is not refused') FROM us;
SELECT enter(org, person) FROM them;
SELECT lives_ok($$ SELECT muster.audit_append(org, NULL, 'user.sign_in_refused', 'user', NULL, NULL) FROM them, generate_series(1, 100) $$,
                'A18: strangers are noted elsewhere, too');
SELECT is(pg_temp.acts('thing.changed', 41), '40 MU005', 'A18: another organisation has a budget of its own, and strangers used nothing of it');

-- The next hour.
UPDATE muster.audit_head SET hour = hour - interval '1 hour';
SELECT is(pg_temp.acts('thing.changed', 41), '40 MU005', 'A18: a new hour, a new budget');

-- All lanes together.
UPDATE muster.audit_head SET hour = hour - interval '1 hour';
INSERT INTO muster.audit_head (org_id, lane, link, seq, hash, hour, hour_link)
SELECT org, n, 10, 10, muster.audit_first_hash(org, n), date_trunc('hour', now(), 'UTC'), 10 - n FROM them, generate_series(1, 8) n;
SELECT is(pg_temp.acts('thing.changed', 41), '4 MU005', 'A18: what the other lanes have of this hour counts as well');
UPDATE muster.audit_head SET hour = date_trunc('hour', now(), 'UTC') - interval '1 hour' WHERE lane = 8;
SELECT is(pg_temp.acts('thing.changed', 41), '8 MU005', 'A18: of another hour not');

\ir end.psql
