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
     unnest(ARRAY['SELECT FROM muster.job_take(''{mail}'', ''{60}'', ''{1}'', ''{true}'', ''{NULL}'', 2)', 'SELECT muster.job_done(gen_random_uuid(), 1)',
                  'SELECT muster.job_fail(gen_random_uuid(), 1, '''', true)', 'SELECT muster.job_schedule(''retention'', now())',
                  'SELECT muster.job_hold(gen_random_uuid(), 1)', 'SELECT muster.job_back(gen_random_uuid(), 1)', 'SELECT muster.job_rest(''mail'', true)',
                  'SELECT muster.job_beat(gen_random_uuid(), 1, 60, 1, '''')', 'SELECT muster.job_pick(''mail'', NULL)', 'SELECT FROM muster.job',
                  'SELECT FROM muster.outbox']) call;
SELECT is(attempt('muster_jobs', call), '42501', format('G1: muster_jobs cannot call %s', call))
FROM unnest(ARRAY['SELECT muster.job_retry(gen_random_uuid())', 'SELECT FROM muster.job', 'SELECT email FROM muster.app_user', 'DELETE FROM muster.mail',
                  'SELECT muster.job_pick(''mail'', NULL)', 'SELECT muster.job_queue(''x'', ''{}'', NULL, 1, ''creator'', 1)',
                  'SELECT FROM muster.job_get(gen_random_uuid())', 'SELECT FROM muster.outbox']) call;
SELECT is(attempt('muster_auth', format('SELECT muster.mail_queue(%L, ''a@example.com'', ''no_such_kind'', NULL, NULL)', person)), '23514',
          'a kind without a template is refused') FROM us;
DELETE FROM muster.mail;
UPDATE us SET mail = muster.mail_queue_in(org, person, 'a@example.com', 'password_changed', NULL, NULL);

CREATE FUNCTION pg_temp.take(p_lease integer DEFAULT 60) RETURNS integer LANGUAGE sql AS
$$ SELECT value('muster_jobs', format('SELECT attempt FROM muster.job_take(''{mail}'', ''{%s}'', ''{3}'', ''{true}'', ''{NULL}'', 3)', p_lease))::integer $$;
-- The worker's end of an attempt, behind the fence: ok, or what it fails with.
CREATE FUNCTION pg_temp.hold(p_attempt integer) RETURNS text LANGUAGE sql AS
$$ SELECT attempt('muster_jobs', format('SELECT muster.job_hold(%L, %s)', id, p_attempt)) FROM muster.job, us WHERE mail_id = mail $$;
CREATE FUNCTION pg_temp.job() RETURNS muster.job LANGUAGE sql AS $$ SELECT j FROM muster.job j, us WHERE mail_id = mail $$;

-- A lease, and the fence behind it.
SELECT is(pg_temp.take(), 1, 'the first attempt');
SELECT is(pg_temp.take(), NULL, 'nobody takes what another holds');
UPDATE muster.job SET run_at = now(), lease_until = now() WHERE state = 'RUNNING';
SELECT is(pg_temp.take(), 2, 'a lease that ran out is taken over');
SELECT is(value('muster_jobs', format('SELECT muster.job_done(%L, 1)', (pg_temp.job()).id)), 'false', 'the worker that was overtaken finishes nothing');
SELECT is(value('muster_jobs', format('SELECT muster.job_fail(%L, 1, ''x'', true)', (pg_temp.job()).id)), NULL, 'nor does it fail it');

SELECT is(pg_temp.hold(1), 'MU040', 'what goes with its end fails');
SELECT is(pg_temp.hold(2), 'ok', 'the other''s does not');
SELECT is(value('muster_jobs', format('SELECT muster.job_beat(%L, 1, 60, 50, ''x'')', (pg_temp.job()).id)), 'lost', 'it is told when it asks');
UPDATE muster.job SET run_at = now() + interval '1 second', lease_until = now() + interval '1 second' WHERE state = 'RUNNING';
SELECT is(value('muster_jobs', format('SELECT muster.job_beat(%L, 2, 60, 500, repeat(''x'', 300))', (pg_temp.job()).id)), 'go', 'who holds it goes on');
SELECT results_eq('SELECT lease_until - now(), percent::int, length(progress) FROM pg_temp.job()', $$ VALUES (interval '60 seconds', 100, 200) $$,
                  'with a new lease; what it says is bounded');

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
SELECT is(muster.job_retry((pg_temp.job()).id), true, 'a dead letter is put back');
SELECT is(muster.job_retry((pg_temp.job()).id), false, 'once');
SELECT is((pg_temp.job()).attempts, 0, 'with all its attempts');
-- What kills its worker every time.
UPDATE muster.job SET attempts = 69 WHERE mail_id = (SELECT mail FROM us);
SELECT is(pg_temp.take(), 70, 'the last attempt again');
UPDATE muster.job SET run_at = now(), lease_until = now() WHERE state = 'RUNNING';
SELECT is(pg_temp.take(), 71, 'it is given out once more, with one attempt too many: to end it');
SELECT is(value('muster_jobs', format('SELECT muster.job_fail(%L, 71, ''x'', false)', (pg_temp.job()).id)), 'DEAD', 'which is all that can be done');
SELECT is((pg_temp.job()).attempts, 70, 'it had its attempts and no more');
SELECT is(pg_temp.take(), NULL, 'it is not taken again');
-- Given back: somebody else may go on at once, and nothing was lost.
SELECT muster.job_retry((pg_temp.job()).id);
SELECT is(pg_temp.take(), 1, 'taken');
SELECT is(value('muster_jobs', format('SELECT muster.job_back(%L, 1)', (pg_temp.job()).id)), 'true', 'given back');
SELECT is(value('muster_jobs', format('SELECT muster.job_back(%L, 1)', (pg_temp.job()).id)), 'false', 'once');
SELECT is(pg_temp.take(), 1, 'taken at once, by the same number');
SELECT is(value('muster_jobs', format('SELECT muster.job_fail(%L, 1, ''x'', true)', (pg_temp.job()).id)), 'DEAD', 'dead for good at the first attempt');

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
SELECT is(value('muster_auth', 'SELECT topic FROM muster.mail_choose(sha256(''old''), false)'), NULL, 'E5, A6: an old link does nothing');
SELECT is(value('muster_auth', 'SELECT topic FROM muster.mail_choose(sha256(''nobody''), false)'), NULL, 'E5, A6: a forged link does nothing');
SELECT is(value('muster_auth', 'SELECT topic FROM muster.mail_choose(sha256(''good''), false)'), 'team', 'E5: a link turns its topic off');
SELECT is(value('muster_auth', 'SELECT topic FROM muster.mail_choose(sha256(''good''), false)'), 'team', 'E5: again is no error');
SELECT is(muster.mail_queue_about_in(org, person, 'member_joined', person, NULL), NULL, 'E5: what is off is not queued') FROM us;
SELECT isnt(muster.mail_queue_in(org, person, 'a@example.com', 'password_changed', NULL, NULL), NULL, 'E5: what an account needs is') FROM us;
SELECT is(count(*)::int, 1, 'E5: only this topic is off') FROM muster.mail_optout, us WHERE user_id = person;

-- ---- any kind ----

CREATE FUNCTION pg_temp.queue(p_kind text, p_payload text DEFAULT '{}', p_seen_by text DEFAULT 'creator', p_limit integer DEFAULT 10000,
                              p_run_at timestamptz DEFAULT NULL) RETURNS text LANGUAGE sql AS
$$ SELECT value('muster_exercises', format('SELECT muster.job_queue(%L, %L, %L, 3, %L, %s)', p_kind, p_payload, p_run_at, p_seen_by, p_limit)) $$;
-- What a worker gets: '<kind> <organisation>'; it remembers whom it served last, as workers do.
CREATE TEMP TABLE served (kind text PRIMARY KEY, org uuid);
CREATE FUNCTION pg_temp.work(p_kinds text[], p_limits integer[] DEFAULT '{9,9}', p_waits boolean[] DEFAULT '{f,f}', p_workers integer DEFAULT 10)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    t record;
BEGIN
    SELECT * INTO t FROM muster.job_take(p_kinds, '{60,60,60}', p_limits, p_waits, ARRAY(
        SELECT (SELECT s.org FROM served s WHERE s.kind = k) FROM unnest(p_kinds) WITH ORDINALITY AS u (k, n) ORDER BY n), p_workers);
    IF t.kind IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO served VALUES (t.kind, t.org_id) ON CONFLICT (kind) DO UPDATE SET org = excluded.org;
    RETURN t.kind || ' ' || t.org_id;
END $$;
CREATE FUNCTION pg_temp.end_all() RETURNS void LANGUAGE sql AS
$$ UPDATE muster.job SET state = 'DONE', lease_until = NULL, finished_at = now() WHERE state IN ('QUEUED', 'RUNNING') $$;
ALTER TABLE them ADD boss uuid;
UPDATE them SET boss = a_person(org, 'CLIENT_ADMIN');
ALTER TABLE us ADD boss uuid;
UPDATE us SET boss = a_person(org, 'CLIENT_ADMIN');
SELECT pg_temp.end_all();

-- Bounds of what is queued, and for whom.
SELECT enter(NULL);
SELECT is(pg_temp.queue('example'), '22023', 'A3: a job of nobody is not queued');
SELECT enter(org, person) FROM us;
SELECT is(pg_temp.queue('example', '[]'), '23514', 'a payload is an object');
SELECT is(pg_temp.queue('example', jsonb_build_object('x', repeat('x', 4096))::text), '23514', 'of 4 KiB at most');
SELECT is(pg_temp.queue('Bad kind'), '23514', 'a kind has a name');
SELECT is(pg_temp.queue('mail'), '23514', 'a mail is not queued like this');
SELECT is(pg_temp.queue('example', '{}', 'everybody'), '23514', 'who may see it is known');
SELECT is(pg_temp.queue('example', '{}', 'creator', 0), '22023', 'a limit there must be');
SELECT is(count(pg_temp.queue('many', '{}', 'creator', 3))::int, 3, 'three of a kind may wait') FROM generate_series(1, 5);
SELECT isnt(pg_temp.queue('other', '{}', 'creator', 3), NULL, 'another kind has places of its own');
SELECT enter(org, person) FROM them;
SELECT isnt(pg_temp.queue('many', '{}', 'creator', 3), NULL, 'another organisation, too');
SELECT isnt(pg_temp.work('{many}'), NULL, 'one of each is taken') FROM generate_series(1, 2);
SELECT enter(org, person) FROM us;
SELECT isnt(pg_temp.queue('many', '{}', 'creator', 3), NULL, 'what runs does not wait any more');
SELECT pg_temp.end_all();

-- Organisations take turns, however many jobs one has; what is not due holds nobody up.
INSERT INTO muster.job (org_id, kind, max_attempts, run_at) SELECT org, 'fair', 3, now() - interval '1 hour' FROM us, generate_series(1, 10000);
SELECT pg_temp.work('{fair}');
SELECT enter(org, person) FROM them;
SELECT pg_temp.queue('fair') FROM generate_series(1, 2);
CREATE TEMP TABLE turns AS SELECT pg_temp.work('{fair}') AS turn FROM generate_series(1, 4);
SELECT is(count(*)::int, 2, '10,000 jobs of one organisation: another''s two are among the next four') FROM turns, them WHERE turn = 'fair ' || org;
SELECT is(pg_temp.work('{fair}'), 'fair ' || org, 'then the many go on') FROM us;
INSERT INTO muster.job (org_id, kind, max_attempts, run_at) SELECT an_org(), 'later', 3, now() + interval '1 hour' FROM generate_series(1, 200);
SELECT pg_temp.queue('later');
SELECT is(pg_temp.work('{later}'), 'later ' || org, 'one is due behind 200 organisations that have something for later') FROM them;
SELECT is(pg_temp.work('{later}'), NULL, 'and no other');
SELECT is(value('muster_jobs', 'SELECT muster.job_next(''{later,none}'')')::numeric, 60.0, 'the next thing to happen is the end of its lease');
SELECT pg_temp.end_all();

-- As many at once as a kind may, and one worker for who waits for nobody.
SELECT pg_temp.queue(kind) FROM generate_series(1, 3), unnest('{slow,slower,quick}'::text[]) kind;
SELECT isnt(pg_temp.work('{quick}', '{2}'), NULL, 'the limit is two') FROM generate_series(1, 2);
SELECT is(pg_temp.work('{quick}', '{2}'), NULL, 'a third is not taken');
UPDATE muster.job SET run_at = now(), lease_until = now() WHERE id = (SELECT id FROM muster.job WHERE state = 'RUNNING' LIMIT 1);
SELECT isnt(pg_temp.work('{quick}', '{2}'), NULL, 'when a lease has run out there is room again');
SELECT isnt(pg_temp.work('{slow,slower}', '{9,9}', '{t,t}', 3), NULL, 'three workers: two may wait for servers') FROM generate_series(1, 2);
SELECT is(pg_temp.work('{slow,slower}', '{9,9}', '{t,t}', 3), NULL, 'the third does not');
SELECT matches(pg_temp.work('{slow,slower,quick}', '{9,9,9}', '{t,t,f}', 3), '^quick', 'it does what waits for nobody');
SELECT pg_temp.end_all();

-- A server that is away is not asked by everybody.
SELECT pg_temp.queue('slow') FROM generate_series(1, 3);
SELECT is(attempt('muster_jobs', 'SELECT muster.job_rest(''slow'', true)'), 'ok', 'a server is away');
SELECT is(pg_temp.work('{slow}'), NULL, 'its kind rests');
SELECT is(value('muster_jobs', 'SELECT muster.job_next(''{slow}'')')::numeric, 1.0, 'for a second');
SELECT muster.job_rest('slow', true) FROM generate_series(1, 10);
SELECT is(value('muster_jobs', 'SELECT muster.job_next(''{slow}'')')::numeric, 60.0, 'at last for a minute');
UPDATE muster.job_rest SET until = now();
SELECT isnt(pg_temp.work('{slow}'), NULL, 'then one job finds out');
SELECT is(pg_temp.work('{slow}'), NULL, 'only one');
SELECT muster.job_rest('slow', false);
SELECT isnt(pg_temp.work('{slow}'), NULL, 'when it is back the others follow');
SELECT pg_temp.end_all();

-- ---- who sees a job ----

CREATE FUNCTION pg_temp.seen(p_role text, p_id text) RETURNS text LANGUAGE sql AS
$$ SELECT value(p_role, format('SELECT concat_ws('' '', state, percent, progress, result, error) FROM muster.job_get(%L)', p_id)) $$;
ALTER TABLE us ADD mine text, ADD ours text, ADD hidden text;
SELECT enter(org, person) FROM us;
UPDATE us SET mine = pg_temp.queue('seen'), ours = pg_temp.queue('seen', '{}', 'admins'), hidden = pg_temp.queue('seen', '{}', 'platform');
SELECT is(pg_temp.seen(role, mine), 'QUEUED 0', format('%s shows the creator a job', role)) FROM us, unnest('{muster_auth,muster_exercises,muster_portal}'::text[]) role;
SELECT is(pg_temp.seen('muster_portal', ours), 'QUEUED 0', 'also one that administrators see') FROM us;
SELECT is(pg_temp.seen('muster_portal', hidden), NULL, 'but not one of the platform') FROM us;
SELECT enter(org, boss) FROM us;
SELECT is(pg_temp.seen('muster_portal', ours), 'QUEUED 0', 'an administrator sees what administrators may') FROM us;
SELECT is(pg_temp.seen('muster_portal', mine), NULL, 'A14: and nothing else') FROM us;
SELECT is(value('muster_portal', format('SELECT muster.job_cancel(%L)', mine)), 'false', 'A14: nor is it cancelled') FROM us;
SELECT enter(org, a_person(org)) FROM us;
SELECT is(pg_temp.seen('muster_portal', j), NULL, 'A14: a colleague sees neither') FROM us, unnest(ARRAY[mine, ours, hidden]) j;
SELECT enter(org, boss) FROM them;
SELECT is(pg_temp.seen('muster_portal', j), NULL, 'A3: nor does another organisation') FROM us, unnest(ARRAY[mine, ours, hidden]) j;
SELECT is(value('muster_portal', format('SELECT muster.job_cancel(%L)', ours)), 'false', 'A3: which cancels nothing') FROM us;
SELECT enter((SELECT org FROM them), person) FROM us;
SELECT is(pg_temp.seen('muster_portal', j), NULL, 'A3: not even with the person''s id') FROM us, unnest(ARRAY[mine, ours, hidden]) j;

-- What it says while it runs and afterwards; the outbox tells who waits.
DELETE FROM muster.outbox;
SELECT enter(org, person) FROM us;
SELECT is(pg_temp.work('{seen}'), 'seen ' || org, 'taken') FROM us, generate_series(1, 3);
SELECT is(value('muster_jobs', format('SELECT muster.job_beat(%L, 1, 60, 40, ''Half'')', mine)), 'go', 'it gets on') FROM us;
SELECT is(value('muster_jobs', format('SELECT muster.job_beat(%L, 1, 60, 40, ''Half and a bit'')', mine)), 'go', 'a little') FROM us;
SELECT is(pg_temp.seen('muster_portal', mine), 'RUNNING 40 Half and a bit', 'C12: and is seen to') FROM us;
SELECT is(attempt('muster_jobs', format('SELECT muster.job_done(%L, 1, %L)', mine, to_jsonb(repeat('x', 16384)))), '23514', 'a result has 16 KiB at most') FROM us;
SELECT is(value('muster_jobs', format('SELECT muster.job_done(%L, 1, ''{"exercise":7}'')', mine)), 'true', 'done') FROM us;
SELECT is(pg_temp.seen('muster_portal', mine), 'DONE 100 Half and a bit {"exercise": 7}', 'C12: with its result') FROM us;
SELECT results_eq('SELECT event, payload::text FROM muster.outbox, us WHERE channel = ''job:'' || mine ORDER BY muster.outbox.id',
                  $$ VALUES ('job', '{"state": "RUNNING", "percent": 0}'), ('job', '{"state": "RUNNING", "percent": 40}'), ('job', '{"state": "DONE", "percent": 100}') $$,
                  'C12: who waits is told of each step');
SELECT is_empty('SELECT FROM muster.outbox, us WHERE channel = ''job:'' || hidden', 'nobody is told of what nobody sees');
SELECT is(value('muster_jobs', format('SELECT muster.job_fail(%L, 1, ''The provider is overloaded.'', true)', hidden)), 'DEAD', 'failed') FROM us;
-- Cancelled: while it runs the worker is told; one that waits is due at once.
SELECT enter(org, boss) FROM us;
SELECT is(value('muster_portal', format('SELECT muster.job_cancel(%L)', ours)), 'true', 'an administrator cancels') FROM us;
SELECT is(value('muster_jobs', format('SELECT muster.job_beat(%L, 1, 60, 50, NULL)', ours)), 'cancelled', 'the worker is told') FROM us;
SELECT is(value('muster_jobs', format('SELECT muster.job_fail(%L, 1, ''x'', false)', ours)), 'QUEUED', 'who does not know yet puts it back') FROM us;
SELECT is(value('muster_jobs', 'SELECT cancelled FROM muster.job_take(''{seen}'', ''{60}'', ''{9}'', ''{f}'', ''{NULL}'', 2)'), 'true', 'due at once, and the next one knows');
SELECT is(value('muster_jobs', format('SELECT muster.job_fail(%L, 2, ''It was cancelled.'', true)', ours)), 'CANCELLED', 'it ends') FROM us;
SELECT is(pg_temp.seen('muster_portal', ours), 'CANCELLED 50 It was cancelled.', 'and says why') FROM us;
SELECT is(value('muster_portal', format('SELECT muster.job_cancel(%L)', ours)), 'false', 'what has ended is not cancelled') FROM us;
SELECT enter(org, person) FROM us;
UPDATE us SET mine = pg_temp.queue('seen', '{}', 'creator', 10, now() + interval '1 day');
SELECT is(value('muster_portal', format('SELECT muster.job_cancel(%L)', mine)), 'true', 'the creator cancels what waits') FROM us;
SELECT is(pg_temp.work('{seen}'), 'seen ' || org, 'a worker ends it now, not tomorrow') FROM us;

-- ---- messages to browsers ----

CREATE FUNCTION pg_temp.push(p_channel text, p_payload text DEFAULT '{}') RETURNS text LANGUAGE sql AS
$$ SELECT attempt('muster_portal', format('SELECT muster.push(%L, ''example'', %L)', p_channel, p_payload)) $$;
SELECT enter(NULL);
SELECT is(pg_temp.push('person:' || person), '23502', 'A3: nobody pushes without a tenant') FROM us;
SELECT enter(org, person) FROM us;
SELECT is(pg_temp.push('person:' || person), 'ok', 'a message to a person') FROM us;
SELECT is(pg_temp.push('person:' || them.person), '23503', 'A3: not to one of another organisation') FROM them;
SELECT is(pg_temp.push(channel), '23514', 'a channel is known: ' || channel) FROM unnest(ARRAY['', 'everybody', 'exercise:', 'job:x']) channel;
SELECT is(pg_temp.push('exercise:' || gen_random_uuid(), jsonb_build_object('x', repeat('x', 1024))::text), '23514', 'a message has 1 KiB at most');
SELECT is(pg_temp.push('exercise:' || gen_random_uuid(), '"x"'), '23514', 'and is an object');
CREATE FUNCTION pg_temp.undone(p_sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v text;
BEGIN
    EXECUTE p_sql INTO v;
    RAISE EXCEPTION USING ERRCODE = 'ZZ000';
EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
    RETURN v;
END $$;
SELECT is(pg_temp.undone(format('SELECT pg_temp.push(%L)', 'exercise:' || gen_random_uuid())), 'ok', 'with an act');
SELECT is_empty('SELECT FROM muster.outbox WHERE channel LIKE ''exercise:%''', 'that did not happen nothing is said');
SELECT an_exercise(org, person) AS run FROM us \gset
SELECT an_answer(:'run', i) FROM generate_series(0, 1) i;
SELECT is_empty('SELECT FROM muster.outbox WHERE channel LIKE ''exercise:%''', 'an exercise goes on');
SELECT an_answer(:'run', 2);
SELECT results_eq('SELECT org_id, channel, event FROM muster.outbox WHERE channel LIKE ''exercise:%''',
                  format('SELECT org, ''exercise:%s'', ''completed'' FROM us', :'run'), 'it is completed, and who watches is told, once');
UPDATE muster.outbox SET created_at = now() - interval '25 hours' WHERE channel LIKE 'exercise:%';
SELECT is(value('muster_jobs', 'SELECT muster.retention_apply() -> ''removed'' ->> ''outbox'''), '1', 'E4: messages are removed after a day');
SELECT is(count(*)::int, 1, 'E4: others stay') FROM muster.outbox, us WHERE channel = 'person:' || person;

-- Deleting the person or the organisation deletes what was not sent.
SELECT a_person(org) FROM us;
DELETE FROM muster.app_user WHERE id = (SELECT person FROM us);
SELECT is(count(*)::int, 0, 'E2: no mail is left to a person who is gone') FROM muster.mail, us WHERE org_id = org;
SELECT is(count(*)::int, 0, 'E2: nor its job') FROM muster.job, us WHERE org_id = org AND kind = 'mail' AND state = 'QUEUED';
SELECT isnt_empty('SELECT FROM muster.job, us WHERE id = mine::uuid AND created_by IS NULL', 'E2: other work goes on, by nobody');
SELECT is_empty('SELECT FROM muster.outbox, us WHERE channel = ''person:'' || person', 'E2: messages are gone');

\ir end.psql
