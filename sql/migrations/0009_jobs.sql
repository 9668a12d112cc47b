-- Work that a request does not wait for, and mail, the first kind of it. The program muster-jobs does both.
--
-- What must happen because of an act is queued in the act's own transaction: with it or not at all. A worker takes a job under a
-- lease; when the worker is killed the lease runs out and the next one takes the job. attempts is the number of the attempt and the
-- fence: a worker that was overtaken cannot finish what it no longer holds. A job that failed too often is a dead letter and stays
-- until job_retry().

-- ---- mail: the outbox ----

-- A mail that waits, and after sending the fact that it was sent: address and parameters are gone then. Parameters that only the
-- caller has, above all links with tokens, are sealed (rule B1). Names and titles are not copied: they are looked up when the mail is
-- sent, so that nothing of them is kept here. Without the person it is for or about, or the exercise, there is no mail.
CREATE TABLE muster.mail (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid,
    recipient text CHECK (length(recipient) BETWEEN 3 AND 254 AND recipient ~ '^[^[:space:][:cntrl:]<>@,;:"]+@[^[:space:][:cntrl:]<>@,;:"]+$'),
    kind text NOT NULL CONSTRAINT mail_kind CHECK (kind IN (
        'verify_email', 'reset_password', 'password_changed', 'invitation', 'verify_domain', 'member_joined', 'exercise_completed')),
    language text NOT NULL CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'),
    sealed text CHECK (length(sealed) <= 8192),
    about_user_id uuid,
    about_exercise_id uuid,
    state text NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'SENT', 'SKIPPED', 'DEAD')),
    queued_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, about_user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, about_exercise_id) REFERENCES muster.exercise (org_id, id) ON DELETE CASCADE,
    CHECK ((state IN ('SENT', 'SKIPPED')) = (recipient IS NULL)),
    CHECK (state NOT IN ('SENT', 'SKIPPED') OR (sealed IS NULL AND about_user_id IS NULL AND about_exercise_id IS NULL))
);
CREATE INDEX mail_user ON muster.mail (org_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX mail_about_user ON muster.mail (org_id, about_user_id) WHERE about_user_id IS NOT NULL;
CREATE INDEX mail_about_exercise ON muster.mail (org_id, about_exercise_id) WHERE about_exercise_id IS NOT NULL;
SELECT muster.make_tenant_table('muster.mail');

-- ---- jobs ----

-- org_id NULL is work of the platform: no tenant is equal to NULL, so none sees it.
CREATE TABLE muster.job (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid REFERENCES muster.org (org_id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
    mail_id uuid,
    state text NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'RUNNING', 'DONE', 'DEAD')),
    -- When a worker may take it: while it runs, when its lease has run out.
    run_at timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL CHECK (max_attempts BETWEEN 1 AND 1000),
    last_error text CHECK (length(last_error) <= 500),
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    FOREIGN KEY (org_id, mail_id) REFERENCES muster.mail (org_id, id) ON DELETE CASCADE,
    CHECK (kind <> 'mail' OR (org_id IS NOT NULL AND mail_id IS NOT NULL)),
    CHECK (CASE state WHEN 'RUNNING' THEN lease_until IS NOT NULL AND lease_until = run_at ELSE lease_until IS NULL END),
    CHECK ((state IN ('DONE', 'DEAD')) = (finished_at IS NOT NULL))
);
CREATE INDEX job_due ON muster.job (run_at) WHERE state IN ('QUEUED', 'RUNNING');
CREATE INDEX job_dead ON muster.job (finished_at) WHERE state = 'DEAD';
CREATE INDEX job_org ON muster.job (org_id);
CREATE UNIQUE INDEX job_mail ON muster.job (org_id, mail_id) WHERE mail_id IS NOT NULL;
-- Work of the platform waits once, however often it is asked for.
CREATE UNIQUE INDEX job_platform ON muster.job (kind) WHERE org_id IS NULL AND state IN ('QUEUED', 'RUNNING');
SELECT muster.make_tenant_table('muster.job');

CREATE FUNCTION muster.job_notify() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    NOTIFY muster_jobs;
    RETURN NULL;
END
$$;
CREATE TRIGGER job_notify AFTER INSERT ON muster.job FOR EACH ROW WHEN (NEW.run_at <= now()) EXECUTE FUNCTION muster.job_notify();

CREATE POLICY lookup ON muster.mail FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
CREATE POLICY lookup ON muster.job FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON muster.mail TO muster_lookup;
GRANT SELECT, INSERT, UPDATE, DELETE ON muster.job TO muster_lookup;

-- Queues a mail in the running transaction. p_user NULL: somebody who has no account yet. p_language NULL: the person's, else the
-- organisation's. p_sealed: a JSON object of strings, sealed by common/mail/mail.h; NULL when the template needs none from the caller.
-- With the back-off of job_fail() the attempts reach over more than a day.
CREATE FUNCTION muster.mail_queue(p_org uuid, p_user uuid, p_to text, p_kind text, p_language text, p_sealed text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_mail uuid;
BEGIN
    INSERT INTO mail (org_id, user_id, recipient, kind, language, sealed)
    SELECT p_org, p_user, p_to, p_kind, coalesce(p_language, u.language, o.language), p_sealed
    FROM org o LEFT JOIN app_user u ON u.org_id = o.org_id AND u.id = p_user
    WHERE o.org_id = p_org
    RETURNING id INTO STRICT v_mail;
    INSERT INTO job (org_id, kind, mail_id, max_attempts) VALUES (p_org, 'mail', v_mail, 70);
    RETURN v_mail;
END
$$;

-- The same for mail whose words are all in the database: about a person who joined, or an exercise. It can wait for the worker's next
-- look into the queue, so nobody is notified: a commit that notifies waits for all others that do.
CREATE FUNCTION muster.mail_queue_about(p_org uuid, p_user uuid, p_kind text, p_about_user uuid, p_about_exercise uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_mail uuid;
BEGIN
    INSERT INTO mail (org_id, user_id, recipient, kind, language, about_user_id, about_exercise_id)
    SELECT p_org, p_user, u.email, p_kind, coalesce(u.language, o.language), p_about_user, p_about_exercise
    FROM org o JOIN app_user u ON u.org_id = o.org_id
    WHERE o.org_id = p_org AND u.id = p_user
    RETURNING id INTO STRICT v_mail;
    INSERT INTO job (org_id, kind, mail_id, max_attempts, run_at) VALUES (p_org, 'mail', v_mail, 70, now() + interval '1 second');
    RETURN v_mail;
END
$$;

-- Makes sure that work of the platform runs at p_run_at or sooner, and that it waits only once.
CREATE FUNCTION muster.job_schedule(p_kind text, p_run_at timestamptz) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    INSERT INTO muster.job AS j (kind, run_at, max_attempts) VALUES (p_kind, p_run_at, 10)
    ON CONFLICT (kind) WHERE org_id IS NULL AND state IN ('QUEUED', 'RUNNING')
    DO UPDATE SET run_at = least(j.run_at, excluded.run_at) WHERE j.state = 'QUEUED'
$$;

-- Takes the job of these kinds that has waited longest, under a lease of p_lease seconds; no row when nothing is due. Workers never
-- wait for each other. What a killed worker has held is taken over; what killed its worker every time is dead.
CREATE FUNCTION muster.job_take(p_kinds text[], p_lease integer)
RETURNS TABLE (id uuid, kind text, attempt integer, org_id uuid, mail_id uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_id uuid;
BEGIN
    WITH lost AS (
        SELECT j.id FROM job j WHERE j.state = 'RUNNING' AND j.run_at <= now() AND j.attempts >= j.max_attempts FOR UPDATE SKIP LOCKED),
    dead AS (
        UPDATE job j SET state = 'DEAD', lease_until = NULL, finished_at = now(), last_error = 'The worker ended while it ran.'
        FROM lost WHERE j.id = lost.id RETURNING j.org_id, j.mail_id)
    UPDATE mail m SET state = 'DEAD', finished_at = now() FROM dead WHERE m.org_id = dead.org_id AND m.id = dead.mail_id;
    SELECT j.id INTO v_id FROM job j
    WHERE j.state IN ('QUEUED', 'RUNNING') AND j.run_at <= now() AND j.kind = ANY (p_kinds)
    ORDER BY j.run_at LIMIT 1 FOR UPDATE SKIP LOCKED;
    RETURN QUERY
        UPDATE job j SET state = 'RUNNING', run_at = now() + make_interval(secs => p_lease),
            lease_until = now() + make_interval(secs => p_lease), attempts = j.attempts + 1
        WHERE j.id = v_id
        RETURNING j.id, j.kind, j.attempts, j.org_id, j.mail_id;
END
$$;

-- Seconds until the next job of these kinds is due; NULL when none waits.
CREATE FUNCTION muster.job_next(p_kinds text[]) RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    SELECT greatest(0, extract(epoch FROM j.run_at - clock_timestamp()))::double precision
    FROM muster.job j WHERE j.state IN ('QUEUED', 'RUNNING') AND j.kind = ANY (p_kinds) ORDER BY j.run_at LIMIT 1
$$;

-- False when the job is no longer this attempt's.
CREATE FUNCTION muster.job_done(p_id uuid, p_attempt integer) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    WITH done AS (
        UPDATE muster.job SET state = 'DONE', lease_until = NULL, finished_at = now(), last_error = NULL
        WHERE id = p_id AND state = 'RUNNING' AND attempts = p_attempt RETURNING 1)
    SELECT EXISTS (SELECT FROM done)
$$;

-- The state that a failed attempt leads to: QUEUED for a later one, DEAD when it was the last or another makes no sense, NULL when the
-- job is no longer this attempt's. Pauses double from 30 seconds to half an hour, each a fifth longer or shorter by chance.
CREATE FUNCTION muster.job_fail(p_id uuid, p_attempt integer, p_error text, p_permanent boolean) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_job job;
BEGIN
    UPDATE job j SET
        state = CASE WHEN p_permanent OR j.attempts >= j.max_attempts THEN 'DEAD' ELSE 'QUEUED' END,
        finished_at = CASE WHEN p_permanent OR j.attempts >= j.max_attempts THEN now() END,
        run_at = now() + make_interval(secs => least(1800, 30 * 2 ^ least(j.attempts - 1, 10)) * (0.8 + 0.4 * random())),
        lease_until = NULL, last_error = left(p_error, 500)
    WHERE j.id = p_id AND j.state = 'RUNNING' AND j.attempts = p_attempt
    RETURNING * INTO v_job;
    IF v_job.state = 'DEAD' AND v_job.mail_id IS NOT NULL THEN
        UPDATE mail m SET state = 'DEAD', finished_at = now() WHERE m.org_id = v_job.org_id AND m.id = v_job.mail_id;
    END IF;
    RETURN v_job.state;
END
$$;

-- Puts a dead letter back into the queue, with all its attempts; false when it is none (or the same work waits already).
CREATE FUNCTION muster.job_retry(p_id uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_job job;
BEGIN
    UPDATE job j SET state = 'QUEUED', run_at = now(), attempts = 0, finished_at = NULL
    WHERE j.id = p_id AND j.state = 'DEAD' AND NOT (j.org_id IS NULL AND EXISTS (
        SELECT FROM job o WHERE o.org_id IS NULL AND o.kind = j.kind AND o.state IN ('QUEUED', 'RUNNING')))
    RETURNING * INTO v_job;
    IF v_job.id IS NULL THEN
        RETURN false;
    END IF;
    UPDATE mail m SET state = 'QUEUED', finished_at = NULL WHERE m.org_id = v_job.org_id AND m.id = v_job.mail_id;
    NOTIFY muster_jobs;
    RETURN true;
END
$$;

-- ---- retention ----

-- What the worker calls every day; a later migration says what is removed (rule E4).
CREATE FUNCTION muster.retention_apply() RETURNS jsonb LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$ SELECT '{}'::jsonb $$;

GRANT USAGE ON SCHEMA muster TO muster_jobs;
REVOKE ALL ON FUNCTION
    muster.job_notify(), muster.mail_queue(uuid, uuid, text, text, text, text), muster.mail_queue_about(uuid, uuid, text, uuid, uuid),
    muster.job_schedule(text, timestamptz), muster.job_take(text[], integer), muster.job_next(text[]), muster.job_done(uuid, integer),
    muster.job_fail(uuid, integer, text, boolean), muster.job_retry(uuid), muster.retention_apply()
    FROM public;
ALTER FUNCTION muster.mail_queue(uuid, uuid, text, text, text, text) OWNER TO muster_lookup;
ALTER FUNCTION muster.mail_queue_about(uuid, uuid, text, uuid, uuid) OWNER TO muster_lookup;
ALTER FUNCTION muster.job_schedule(text, timestamptz) OWNER TO muster_lookup;
ALTER FUNCTION muster.job_take(text[], integer) OWNER TO muster_lookup;
ALTER FUNCTION muster.job_next(text[]) OWNER TO muster_lookup;
ALTER FUNCTION muster.job_done(uuid, integer) OWNER TO muster_lookup;
ALTER FUNCTION muster.job_fail(uuid, integer, text, boolean) OWNER TO muster_lookup;
ALTER FUNCTION muster.job_retry(uuid) OWNER TO muster_lookup;
ALTER FUNCTION muster.retention_apply() OWNER TO muster_lookup;
GRANT EXECUTE ON FUNCTION muster.mail_queue(uuid, uuid, text, text, text, text), muster.mail_queue_about(uuid, uuid, text, uuid, uuid)
    TO muster_auth, muster_exercises, muster_portal, muster_lookup;
GRANT EXECUTE ON FUNCTION
    muster.job_schedule(text, timestamptz), muster.job_take(text[], integer), muster.job_next(text[]), muster.job_done(uuid, integer),
    muster.job_fail(uuid, integer, text, boolean), muster.retention_apply()
    TO muster_jobs;
GRANT EXECUTE ON FUNCTION muster.job_retry(uuid) TO muster_portal;
