-- The writes of play. Each is one statement and so one transaction: constraints and row locks decide, two processes
-- can never both win. They run with the caller's rights, under row-level security.

-- Creates an exercise with its first participant and takes one from the month's quota.
-- Verdicts: ok (with the id), quota_exceeded.
CREATE FUNCTION muster.exercise_create(
    p_title text, p_theme text, p_difficulty text, p_language text, p_timing text, p_question_count integer,
    p_stage_count integer, p_total_points integer, p_seed bigint, p_library bigint, p_recipe jsonb, p_techniques text[],
    p_option_seed bigint, OUT verdict text, OUT id uuid
) RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_limit integer;
    v_used integer;
BEGIN
    SELECT p.monthly_exercises INTO v_limit FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = org();
    IF v_limit <= 0 THEN
        verdict := 'quota_exceeded';
        RETURN;
    END IF;
    INSERT INTO org_usage AS u (org_id, month, exercises) VALUES (org(), date_trunc('month', now())::date, 1)
    ON CONFLICT (org_id, month) DO UPDATE SET exercises = u.exercises + 1
        WHERE v_limit IS NULL OR u.exercises < v_limit
    RETURNING u.exercises INTO v_used;
    IF v_used IS NULL OR v_used > coalesce(v_limit, v_used) THEN
        verdict := 'quota_exceeded';
        RETURN;
    END IF;
    INSERT INTO exercise (org_id, title, theme, difficulty, language, engine, mode, timing, status, question_count, stage_count,
                          total_points, seed, library_id, recipe, mitre_attack_ids, participant_count, served_count, created_by, started_at)
    VALUES (org(), p_title, p_theme, p_difficulty, p_language, 'library', 'INDIVIDUAL', p_timing, 'IN_PROGRESS', p_question_count, p_stage_count,
            p_total_points, p_seed, p_library, p_recipe, p_techniques, 1, p_question_count, person(), now())
    RETURNING exercise.id INTO id;
    INSERT INTO participant (org_id, exercise_id, user_id, option_seed, timing)
    VALUES (org(), exercise_create.id, person(), p_option_seed, p_timing);
    verdict := 'ok';
END
$$;

-- Marks questions first..last as shown. Each has its own limit in seconds (NULL array: no limit). Returns all rows of the range.
CREATE FUNCTION muster.question_show(p_participant uuid, p_first integer, p_last integer, p_seconds double precision)
RETURNS TABLE (question_index smallint, shown_at timestamptz, deadline timestamptz)
LANGUAGE sql VOLATILE SET search_path = muster, pg_temp
AS $$
    INSERT INTO muster.question_shown AS s (org_id, participant_id, question_index, shown_at, deadline)
    SELECT muster.org(), p_participant, i, clock_timestamp(), clock_timestamp() + make_interval(secs => p_seconds)
    FROM generate_series(p_first, p_last) AS i
    ON CONFLICT DO NOTHING
    RETURNING s.question_index, s.shown_at, s.deadline
$$;

-- Stores one answer of the running person and moves the run on. The server's clock decides about lateness (rule C4); a
-- grace of two seconds covers the way of the request. p_selected NULL closes an overdue question as expired.
-- Verdicts: ok, expired (stored as such), already_answered, locked, not_in_progress, not_found, not_due.
CREATE FUNCTION muster.answer_put(
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
    SELECT p.id, p.answered_count, e.status, e.question_count INTO v_part
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
END
$$;

-- Deletes an exercise of the running person, or any of the organisation for an administrator.
CREATE FUNCTION muster.exercise_delete(p_exercise uuid) RETURNS text LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_creator uuid;
    v_role text;
BEGIN
    SELECT e.created_by INTO v_creator FROM exercise e WHERE e.org_id = org() AND e.id = p_exercise FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'not_found';
    END IF;
    SELECT u.role INTO v_role FROM app_user u WHERE u.org_id = org() AND u.id = person();
    IF v_creator IS DISTINCT FROM person() AND v_role NOT IN ('CLIENT_ADMIN', 'SUPER_ADMIN') THEN
        RETURN 'forbidden';
    END IF;
    DELETE FROM exercise e WHERE e.org_id = org() AND e.id = p_exercise;
    RETURN 'ok';
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA muster FROM public;
GRANT EXECUTE ON FUNCTION muster.org(), muster.person() TO muster_auth, muster_exercises, muster_portal, muster_lookup;
GRANT EXECUTE ON FUNCTION
    muster.exercise_create(text, text, text, text, text, integer, integer, integer, bigint, bigint, jsonb, text[], bigint),
    muster.question_show(uuid, integer, integer, double precision),
    muster.answer_put(uuid, integer, integer, integer, integer, text, integer, integer, integer, integer, integer, text),
    muster.exercise_delete(uuid)
    TO muster_exercises;
