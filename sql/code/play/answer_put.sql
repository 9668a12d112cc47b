-- Stores one answer of the running person and moves the run on. The server's clock decides about lateness (rule C4); a grace of two
-- seconds covers the way of the request. p_selected NULL closes an overdue question as expired. Who completes a run alone gets a mail
-- about it, queued with the last answer. Verdicts: ok, expired (stored as such), already_answered, locked (its stage is not open, or the
-- clock runs and it was never shown), not_in_progress, not_found, not_due.
--
-- The answers of a group wait for nobody but whoever starts, completes or deletes the exercise: they leave its row as it is, and
-- completing it sums the participants up.
CREATE OR REPLACE FUNCTION muster.answer_put(
    p_exercise uuid, p_index integer, p_stage integer, p_stage_first integer, p_stage_last integer, p_item text,
    p_selected integer, p_credit integer, p_points integer, p_max integer, p_confidence integer, p_rationale text,
    OUT verdict text, OUT total_score integer, OUT answered integer, OUT completed boolean, OUT stage_completed boolean
) RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_run record;
    v_part record;
    v_shown timestamptz;
    v_deadline timestamptz;
    v_now timestamptz := clock_timestamp();
    v_late boolean;
    v_in_stage integer;
BEGIN
    PERFORM play_begin();
    SELECT e.status, e.mode, e.question_count INTO v_run
    FROM exercise e WHERE e.org_id = org() AND e.id = p_exercise AND e.mode = 'INDIVIDUAL' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        SELECT e.status, e.mode, e.question_count INTO v_run
        FROM exercise e WHERE e.org_id = org() AND e.id = p_exercise AND e.mode = 'GROUP' FOR SHARE;
    END IF;
    SELECT p.id, p.timing INTO v_part
    FROM participant p WHERE p.org_id = org() AND p.exercise_id = p_exercise AND p.user_id = person() FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        verdict := 'not_found';
        RETURN;
    END IF;
    PERFORM FROM answer a WHERE a.org_id = org() AND a.participant_id = v_part.id AND a.question_index = p_index;
    IF FOUND THEN
        verdict := 'already_answered';
        RETURN;
    END IF;
    IF v_run.status <> 'IN_PROGRESS' THEN
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
    IF v_shown IS NULL AND v_part.timing <> 'off' THEN
        verdict := 'locked';
        RETURN;
    END IF;
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
        completed_at = CASE WHEN p.answered_count + 1 = v_run.question_count THEN v_now END
    WHERE p.org_id = org() AND p.id = v_part.id
    RETURNING p.total_score, p.answered_count INTO answer_put.total_score, answered;
    completed := answered = v_run.question_count;
    SELECT count(*) INTO v_in_stage FROM answer a
    WHERE a.org_id = org() AND a.participant_id = v_part.id AND a.question_index BETWEEN p_stage_first AND p_stage_last;
    stage_completed := v_in_stage = p_stage_last - p_stage_first + 1;
    IF v_run.mode = 'INDIVIDUAL' AND (completed OR stage_completed OR (NOT v_late AND p_credit = 100)) THEN
        UPDATE exercise e SET
            correct_count = e.correct_count + (NOT v_late AND p_credit = 100)::integer,
            current_stage = CASE WHEN stage_completed THEN least(e.stage_count, p_stage + 1) ELSE e.current_stage END,
            status = CASE WHEN completed THEN 'COMPLETED' ELSE e.status END,
            completed_at = CASE WHEN completed THEN v_now ELSE e.completed_at END,
            updated_at = v_now
        WHERE e.org_id = org() AND e.id = p_exercise;
    END IF;
    IF completed AND v_run.mode = 'INDIVIDUAL' THEN
        PERFORM mail_queue_about(person(), 'exercise_completed', NULL, p_exercise);
    END IF;
END
$$;
