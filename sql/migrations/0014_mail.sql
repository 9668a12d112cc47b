-- What mail people want, one-click unsubscribing (rule E5), and what the worker may read and write.

-- ---- preferences: a row is a kind of optional mail that a person has turned off ----

CREATE TABLE muster.mail_optout (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    topic text NOT NULL CHECK (topic IN ('team', 'results')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, user_id, topic),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
SELECT muster.make_tenant_table('muster.mail_optout');

-- The links in mails that were sent, as hashes (rule A6). A link works again and again: mail programs send it more than once.
CREATE TABLE muster.mail_unsubscribe (
    org_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    user_id uuid NOT NULL,
    topic text NOT NULL CHECK (topic IN ('team', 'results')),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, token_hash),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
CREATE INDEX mail_unsubscribe_user ON muster.mail_unsubscribe (org_id, user_id);
CREATE INDEX mail_unsubscribe_expires ON muster.mail_unsubscribe (expires_at);
SELECT muster.make_tenant_table('muster.mail_unsubscribe');

-- The preference that a kind of mail belongs to; NULL: mail that an account needs.
CREATE FUNCTION muster.mail_topic(p_kind text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE p_kind WHEN 'member_joined' THEN 'team' WHEN 'exercise_completed' THEN 'results' END $$;

CREATE POLICY lookup ON muster.mail_optout FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
CREATE POLICY lookup ON muster.mail_unsubscribe FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON muster.mail_optout TO muster_lookup;
GRANT SELECT, DELETE ON muster.mail_unsubscribe TO muster_lookup;
GRANT SELECT, INSERT, DELETE ON muster.mail_optout TO muster_auth;
-- When the key is rotated, the owner runs the auth program to seal again what waits.
GRANT SELECT (org_id, id, recipient, sealed), UPDATE (sealed) ON muster.mail TO muster_auth;

-- As in 0009; nothing is queued, and NULL returned, for a person who does not want this kind of mail or is not active.
CREATE OR REPLACE FUNCTION muster.mail_queue_about(p_org uuid, p_user uuid, p_kind text, p_about_user uuid, p_about_exercise uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_mail uuid;
BEGIN
    INSERT INTO mail (org_id, user_id, recipient, kind, language, about_user_id, about_exercise_id)
    SELECT p_org, p_user, u.email, p_kind, coalesce(u.language, o.language), p_about_user, p_about_exercise
    FROM org o JOIN app_user u ON u.org_id = o.org_id
    WHERE o.org_id = p_org AND u.id = p_user AND u.status = 'ACTIVE'
      AND NOT EXISTS (SELECT FROM mail_optout t WHERE t.org_id = p_org AND t.user_id = p_user AND t.topic = mail_topic(p_kind))
    RETURNING id INTO v_mail;
    IF v_mail IS NOT NULL THEN
        INSERT INTO job (org_id, kind, mail_id, max_attempts, run_at) VALUES (p_org, 'mail', v_mail, 70, now() + interval '1 second');
    END IF;
    RETURN v_mail;
END
$$;

-- Turns a kind of mail off by the link of a mail; no row when there is no such link or it is too old.
CREATE FUNCTION muster.mail_unsubscribe(p_token bytea) RETURNS TABLE (topic text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    WITH link AS (SELECT l.org_id, l.user_id, l.topic FROM muster.mail_unsubscribe l WHERE l.token_hash = p_token AND l.expires_at > now()),
    off AS (
        INSERT INTO muster.mail_optout (org_id, user_id, topic) SELECT l.org_id, l.user_id, l.topic FROM link l ON CONFLICT DO NOTHING)
    SELECT l.topic FROM link l
$$;

-- What the queue leaves behind: jobs that are done, links that are too old. Both hold no personal data; called every day.
CREATE FUNCTION muster.job_sweep() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    DELETE FROM muster.job WHERE state = 'DONE' AND finished_at < now() - interval '7 days';
    DELETE FROM muster.mail_unsubscribe WHERE expires_at < now();
$$;

-- ---- the worker: it enters the organisation of the job that it holds, and then sees what a mail may say ----

CREATE INDEX job_done ON muster.job (finished_at) WHERE state = 'DONE';
GRANT SELECT ON muster.mail, muster.mail_optout TO muster_jobs;
GRANT UPDATE (state, finished_at, recipient, sealed, about_user_id, about_exercise_id) ON muster.mail TO muster_jobs;
GRANT INSERT ON muster.mail_unsubscribe TO muster_jobs;
GRANT SELECT (org_id, id, first_name, last_name, status) ON muster.app_user TO muster_jobs;
GRANT SELECT (org_id, name) ON muster.org TO muster_jobs;
GRANT SELECT (org_id, id, title, question_count) ON muster.exercise TO muster_jobs;
GRANT SELECT (org_id, exercise_id, user_id, correct_count) ON muster.participant TO muster_jobs;

-- ---- results by mail ----

-- As in 0004; who completes a run alone gets a mail about it, queued with the last answer.
CREATE OR REPLACE FUNCTION muster.answer_put(
    p_exercise uuid, p_index integer, p_stage integer, p_stage_first integer, p_stage_last integer, p_item text,
    p_selected integer, p_credit integer, p_points integer, p_max integer, p_confidence integer, p_rationale text,
    OUT verdict text, OUT total_score integer, OUT answered integer, OUT completed boolean, OUT stage_completed boolean
) RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_part record;
    v_shown timestamptz;
    v_deadline timestamptz;
    v_now timestamptz := clock_timestamp();
    v_late boolean;
    v_in_stage integer;
BEGIN
    SELECT p.id, p.answered_count, e.status, e.mode, e.question_count INTO v_part
    FROM participant p JOIN exercise e ON e.org_id = p.org_id AND e.id = p.exercise_id
    WHERE p.org_id = org() AND p.exercise_id = p_exercise AND p.user_id = person()
    FOR NO KEY UPDATE OF p;
    IF v_part.id IS NULL THEN
        verdict := 'not_found';
        RETURN;
    END IF;
    PERFORM FROM answer a WHERE a.org_id = org() AND a.participant_id = v_part.id AND a.question_index = p_index;
    IF FOUND THEN
        verdict := 'already_answered';
        RETURN;
    END IF;
    IF v_part.status <> 'IN_PROGRESS' THEN
        verdict := 'not_in_progress';
        RETURN;
    END IF;
    IF (SELECT count(*) FROM answer a
        WHERE a.org_id = org() AND a.participant_id = v_part.id AND a.question_index < p_stage_first) < p_stage_first THEN
        verdict := 'locked';
        RETURN;
    END IF;
    SELECT s.shown_at, s.deadline INTO v_shown, v_deadline FROM question_shown s
    WHERE s.org_id = org() AND s.participant_id = v_part.id AND s.question_index = p_index;
    v_late := coalesce(v_now > v_deadline + interval '2 seconds', false);
    IF p_selected IS NULL AND NOT v_late THEN
        verdict := 'not_due';
        RETURN;
    END IF;
    INSERT INTO answer (org_id, participant_id, question_index, exercise_id, stage_number, item_id, selected, is_correct, credit,
                        points, max_points, expired, confidence, rationale, shown_at, answered_at)
    VALUES (org(), v_part.id, p_index, p_exercise, p_stage, p_item, CASE WHEN v_late THEN NULL ELSE p_selected END,
            NOT v_late AND p_credit = 100, CASE WHEN v_late THEN 0 ELSE p_credit END, CASE WHEN v_late THEN 0 ELSE p_points END,
            p_max, v_late, p_confidence, p_rationale, coalesce(v_shown, v_now), v_now);
    verdict := CASE WHEN v_late THEN 'expired' ELSE 'ok' END;
    UPDATE participant p SET
        total_score = p.total_score + CASE WHEN v_late THEN 0 ELSE p_points END,
        answered_count = p.answered_count + 1,
        correct_count = p.correct_count + (NOT v_late AND p_credit = 100)::integer,
        completed_at = CASE WHEN p.answered_count + 1 = v_part.question_count THEN v_now END
    WHERE p.org_id = org() AND p.id = v_part.id
    RETURNING p.total_score, p.answered_count INTO answer_put.total_score, answered;
    completed := answered = v_part.question_count;
    SELECT count(*) INTO v_in_stage FROM answer a
    WHERE a.org_id = org() AND a.participant_id = v_part.id AND a.question_index BETWEEN p_stage_first AND p_stage_last;
    stage_completed := v_in_stage = p_stage_last - p_stage_first + 1;
    IF completed OR stage_completed OR (NOT v_late AND p_credit = 100) THEN
        UPDATE exercise e SET
            correct_count = e.correct_count + (NOT v_late AND p_credit = 100)::integer,
            current_stage = CASE WHEN stage_completed THEN least(e.stage_count, p_stage + 1) ELSE e.current_stage END,
            status = CASE WHEN completed THEN 'COMPLETED' ELSE e.status END,
            completed_at = CASE WHEN completed THEN v_now ELSE e.completed_at END,
            updated_at = v_now
        WHERE e.org_id = org() AND e.id = p_exercise;
    END IF;
    IF completed AND v_part.mode = 'INDIVIDUAL' THEN
        PERFORM mail_queue_about(org(), person(), 'exercise_completed', NULL, p_exercise);
    END IF;
END
$$;

REVOKE ALL ON FUNCTION muster.mail_topic(text), muster.mail_unsubscribe(bytea), muster.job_sweep() FROM public;
ALTER FUNCTION muster.mail_unsubscribe(bytea) OWNER TO muster_lookup;
ALTER FUNCTION muster.job_sweep() OWNER TO muster_lookup;
GRANT EXECUTE ON FUNCTION muster.mail_topic(text) TO muster_lookup, muster_jobs;
GRANT EXECUTE ON FUNCTION muster.org(), muster.person() TO muster_jobs;
GRANT EXECUTE ON FUNCTION muster.mail_unsubscribe(bytea) TO muster_auth;
GRANT EXECUTE ON FUNCTION muster.job_sweep() TO muster_jobs;
