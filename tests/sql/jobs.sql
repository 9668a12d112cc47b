-- The queue: leases, the fence, back-off, dead letters, what belongs to whom; and which mail people want (rule E5).
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid, ADD mail uuid;
UPDATE us SET person = a_person(org);
GRANT SELECT ON us TO PUBLIC;

-- Queued by those who act, in their own organisation; run by the worker alone.
CREATE TEMP TABLE them AS SELECT an_org() AS org;
ALTER TABLE them ADD person uuid;
UPDATE them SET person = a_person(org, 'MEMBER', 'theirs@example.com');
GRANT SELECT ON them TO PUBLIC;
SELECT is(attempt('muster_auth', 'SELECT muster.mail_queue(NULL, ''a@example.com'', ''invitation'', NULL, NULL)'), 'P0002', 'A19: nobody queues mail for nobody');
SELECT is(value('muster_exercises', format('SELECT muster.mail_queue_about(%L, ''exercise_completed'', NULL, NULL)', person)), NULL,
          'A19: who has entered nowhere reaches nobody') FROM us;
SELECT enter(org, person) FROM us;
SELECT matches(value('muster_auth', format('SELECT muster.mail_queue(%L, ''a@example.com'', ''password_changed'', NULL, NULL)', person)), '^[0-9a-f-]{36}$',
               'muster_auth queues mail') FROM us;
SELECT matches(value('muster_exercises', format('SELECT muster.mail_queue_about(%L, ''exercise_completed'', NULL, NULL)', person)), '^[0-9a-f-]{36}$',
               'muster_exercises queues mail') FROM us;
SELECT is(attempt('muster_auth', format('SELECT muster.mail_queue(%L, ''a@example.com'', ''password_changed'', NULL, NULL)', person)), '23503',
          'A19: mail to somebody of another organisation is refused') FROM them;
SELECT is(value('muster_exercises', format('SELECT muster.mail_queue_about(%L, ''exercise_completed'', NULL, NULL)', person)), NULL, 'A19: nor is it queued by looking the address up') FROM them;
SELECT is(attempt(role, call), '42501', format('A19: %s cannot call %s', role, call))
FROM unnest(ARRAY['muster_auth', 'muster_exercises', 'muster_portal', 'muster_jobs']) role,
     unnest(ARRAY['SELECT muster.mail_queue_in(gen_random_uuid(), NULL, ''a@example.com'', ''invitation'', NULL, NULL)',
                  'SELECT muster.mail_queue_about_in(gen_random_uuid(), NULL, ''member_joined'', NULL, NULL)',
                  'SELECT muster.audit_append(gen_random_uuid(), NULL, ''user.x'', ''user'', NULL, NULL)', 'SELECT muster.seats_lock_of(gen_random_uuid())',
                  'SELECT muster.email_digest_of(gen_random_uuid(), ''x'')', 'SELECT muster.last_use_note(''key'', gen_random_uuid(), gen_random_uuid())']) call;
SELECT is(attempt('muster_portal', 'SELECT muster.mail_queue(NULL, ''a@example.com'', ''invitation'', NULL, NULL)'), '42501', 'A19: muster_portal queues nothing by itself');
SELECT is(count(*)::int, 0, 'A19: the other organisation has no mail') FROM muster.mail, them WHERE org_id = org;
SELECT is(attempt(role, call), '42501', format('G1: %s cannot call %s', role, call))
FROM unnest(ARRAY['muster_auth', 'muster_exercises', 'muster_portal']) role,
     unnest(ARRAY['SELECT FROM muster.job_take(''{mail}'', 60)', 'SELECT muster.job_done(gen_random_uuid(), 1)',
                  'SELECT muster.job_fail(gen_random_uuid(), 1, '''', true)', 'SELECT muster.job_schedule(''retention'', now())', 'SELECT FROM muster.job']) call;
SELECT is(attempt('muster_jobs', call), '42501', format('G1: muster_jobs cannot call %s', call))
FROM unnest(ARRAY['SELECT muster.job_retry(gen_random_uuid())', 'SELECT FROM muster.job', 'SELECT email FROM muster.app_user', 'DELETE FROM muster.mail']) call;
SELECT is(attempt('muster_auth', format('SELECT muster.mail_queue(%L, ''a@example.com'', ''no_such_kind'', NULL, NULL)', person)), '23514',
          'a kind without a template is refused') FROM us;
DELETE FROM muster.mail;
UPDATE us SET mail = muster.mail_queue_in(org, person, 'a@example.com', 'password_changed', NULL, NULL);

CREATE FUNCTION pg_temp.take(p_lease integer DEFAULT 60) RETURNS integer LANGUAGE sql AS
$$ SELECT value('muster_jobs', format('SELECT attempt FROM muster.job_take(''{mail}'', %s)', p_lease))::integer $$;
CREATE FUNCTION pg_temp.job() RETURNS muster.job LANGUAGE sql AS $$ SELECT j FROM muster.job j, us WHERE mail_id = mail $$;

-- A lease, and the fence behind it.
SELECT is(pg_temp.take(), 1, 'the first attempt');
SELECT is(pg_temp.take(), NULL, 'nobody takes what another holds');
UPDATE muster.job SET run_at = now(), lease_until = now() WHERE state = 'RUNNING';
SELECT is(pg_temp.take(), 2, 'a lease that ran out is taken over');
SELECT is(value('muster_jobs', format('SELECT muster.job_done(%L, 1)', (pg_temp.job()).id)), 'false', 'the worker that was overtaken finishes nothing');
SELECT is(value('muster_jobs', format('SELECT muster.job_fail(%L, 1, ''x'', true)', (pg_temp.job()).id)), NULL, 'nor does it fail it');

-- Back-off: doubling to half an hour, more than a day in all, with chance in it.
SELECT is(value('muster_jobs', format('SELECT muster.job_fail(%L, 2, repeat(''x'', 600), false)', (pg_temp.job()).id)), 'QUEUED', 'it is tried again');
SELECT is(length((pg_temp.job()).last_error), 500, 'the reason is bounded');
SELECT ok((pg_temp.job()).run_at - now() BETWEEN interval '48 seconds' AND interval '72 seconds', 'the second pause is a minute, more or less');
SELECT is((pg_temp.job()).max_attempts, 70, 'a mail has 70 attempts');
SELECT cmp_ok((SELECT sum(0.8 * least(1800, 30 * 2 ^ least(n - 1, 10))) FROM generate_series(1, 69) n), '>=', 86400::double precision,
              'which reach over a day, however the dice fall');
UPDATE muster.job SET attempts = 69, run_at = now() WHERE mail_id = (SELECT mail FROM us);
SELECT is(pg_temp.take(), 70, 'the last attempt');
SELECT is(value('muster_jobs', format('SELECT muster.job_fail(%L, 70, ''x'', false)', (pg_temp.job()).id)), 'DEAD', 'then it is a dead letter');
SELECT is(state, 'DEAD', 'and so is the mail') FROM muster.mail, us WHERE id = mail;
SELECT is(muster.job_retry((pg_temp.job()).id), true, 'a dead letter is put back');
SELECT is(muster.job_retry((pg_temp.job()).id), false, 'once');
SELECT is((pg_temp.job()).attempts, 0, 'with all its attempts');
-- What kills its worker every time.
UPDATE muster.job SET attempts = 69 WHERE mail_id = (SELECT mail FROM us);
SELECT is(pg_temp.take(), 70, 'the last attempt again');
UPDATE muster.job SET run_at = now(), lease_until = now() WHERE state = 'RUNNING';
SELECT is(pg_temp.take(), NULL, 'it is not taken once more');
SELECT is((pg_temp.job()).state, 'DEAD', 'it is dead');

-- Done, and recorded with the mail: nothing of its words stays.
SELECT muster.job_retry((pg_temp.job()).id);
UPDATE muster.mail SET sealed = 'k:x';
SELECT is(pg_temp.take(), 1, 'taken');
SELECT enter(org) FROM us;
SELECT is(attempt('muster_jobs', format('UPDATE muster.mail SET state = ''SENT'' WHERE id = %L', mail)), '23514', 'A6: sent is not stored with its words') FROM us;
SELECT is(value('muster_jobs', format('SELECT muster.job_done(%L, 1)', (pg_temp.job()).id)), 'true', 'done');
SELECT is((pg_temp.job()).state, 'DONE', 'and stays so');
SELECT is(pg_temp.take(), NULL, 'it is not taken again');

-- Work of the platform waits once and belongs to no tenant.
SELECT is(attempt('muster_jobs', 'SELECT muster.job_schedule(''retention'', now() + interval ''1 day'')'), 'ok', 'work of the platform is queued');
SELECT is(attempt('muster_jobs', 'SELECT muster.job_schedule(''retention'', now())'), 'ok', 'sooner');
SELECT is(attempt('muster_jobs', 'SELECT muster.job_schedule(''retention'', now() + interval ''1 day'')'), 'ok', 'never later');
SELECT is(count(*)::int, 1, 'it waits once') FROM muster.job WHERE kind = 'retention' AND run_at <= now();

-- Rule E5: nothing is queued for who turned it off, or is not active; a link turns off its own topic of its own person.
SELECT isnt(muster.mail_queue_about_in(org, person, 'member_joined', person, NULL), NULL, 'E5: optional mail is on at first') FROM us;
INSERT INTO muster.mail_unsubscribe (org_id, token_hash, user_id, topic, expires_at) SELECT org, sha256('good'), person, 'team', now() + interval '1 day' FROM us;
INSERT INTO muster.mail_unsubscribe (org_id, token_hash, user_id, topic, expires_at) SELECT org, sha256('old'), person, 'results', now() FROM us;
SELECT is(value('muster_auth', 'SELECT topic FROM muster.mail_unsubscribe(sha256(''old''))'), NULL, 'E5, A6: an old link does nothing');
SELECT is(value('muster_auth', 'SELECT topic FROM muster.mail_unsubscribe(sha256(''nobody''))'), NULL, 'E5, A6: a forged link does nothing');
SELECT is(value('muster_auth', 'SELECT topic FROM muster.mail_unsubscribe(sha256(''good''))'), 'team', 'E5: a link turns its topic off');
SELECT is(value('muster_auth', 'SELECT topic FROM muster.mail_unsubscribe(sha256(''good''))'), 'team', 'E5: again is no error');
SELECT is(muster.mail_queue_about_in(org, person, 'member_joined', person, NULL), NULL, 'E5: what is off is not queued') FROM us;
SELECT isnt(muster.mail_queue_in(org, person, 'a@example.com', 'password_changed', NULL, NULL), NULL, 'E5: what an account needs is') FROM us;
SELECT is(count(*)::int, 1, 'E5: only this topic is off') FROM muster.mail_optout, us WHERE user_id = person;

-- Deleting the person or the organisation deletes what was not sent.
SELECT a_person(org) FROM us;
DELETE FROM muster.app_user WHERE id = (SELECT person FROM us);
SELECT is(count(*)::int, 0, 'E2: no mail is left to a person who is gone') FROM muster.mail, us WHERE org_id = org;
SELECT is(count(*)::int, 0, 'E2: nor a job') FROM muster.job, us WHERE org_id = org;

\ir end.psql
