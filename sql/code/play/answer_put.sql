-- Stores one answer of the running person and moves the run on: every rule of play is judged here, and whoever asks shows what is said. The
-- server's clock decides about lateness (rule C4); a grace of two seconds covers the way of the request. p_selected NULL closes an overdue
-- question as expired, -1 stands for something that is no option. Who completes a run alone gets a mail about it, queued with the last
-- answer. Verdicts, the first that is true: not_found, already_answered, invalid_option, not_in_progress, locked (its stage is not open),
-- not_shown (the clock runs, and this question's has not begun), not_due, expired (stored as such), ok.
--
-- ok, expired and already_answered come with the answer as it is stored (selected NULL: expired) and where the run stands then.
--
-- The answers of a group wait for nobody but whoever starts, completes or deletes the exercise: they leave its row as it is, and
-- completing it sums the participants up.
CREATE OR REPLACE FUNCTION muster.answer_put(
    p_exercise uuid, p_index integer, p_stage integer, p_stage_first integer, p_stage_last integer, p_item text,
    p_selected integer, p_credit integer, p_points integer, p_max integer, p_confidence integer, p_rationale text,
    OUT verdict text, OUT selected integer, OUT is_correct boolean, OUT points integer, OUT expired boolean,
    OUT total_score integer, OUT answered integer, OUT completed boolean, OUT stage_completed boolean
) RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid := org();
    v_me uuid := person();
    v_now timestamptz := clock_timestamp();
    v_run record;
    v_part record;
    v_there record;
BEGIN
    PERFORM play_begin();
    SELECT e.status, e.mode, e.question_count INTO v_run
    FROM exercise e WHERE e.org_id = v_org AND e.id = p_exercise AND e.mode = 'INDIVIDUAL' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        SELECT e.status, e.mode, e.question_count INTO v_run
        FROM exercise e WHERE e.org_id = v_org AND e.id = p_exercise AND e.mode = 'GROUP' FOR SHARE;
    END IF;
    SELECT p.id, p.timing, p.total_score, p.answered_count INTO v_part
    FROM participant p WHERE p.org_id = v_org AND p.exercise_id = p_exercise AND p.user_id = v_me FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        verdict := 'not_found';
        RETURN;
    END IF;
    SELECT a.before, a.in_stage, a.this, s.shown_at, s.deadline INTO v_there FROM (
        SELECT count(*) FILTER (WHERE a.question_index < p_stage_first) AS before,
               count(*) FILTER (WHERE a.question_index BETWEEN p_stage_first AND p_stage_last) AS in_stage,
               coalesce(bool_or(a.question_index = p_index), false) AS this
        FROM answer a WHERE a.org_id = v_org AND a.participant_id = v_part.id) a
    LEFT JOIN question_shown s ON s.org_id = v_org AND s.participant_id = v_part.id AND s.question_index = p_index;
    verdict := CASE WHEN v_there.this THEN 'already_answered' WHEN p_selected < 0 THEN 'invalid_option'
                    WHEN v_run.status <> 'IN_PROGRESS' THEN 'not_in_progress' WHEN v_there.before < p_stage_first THEN 'locked' END;
    IF verdict = 'already_answered' THEN
        SELECT a.selected, a.is_correct, a.points, a.expired INTO answer_put.selected, answer_put.is_correct, answer_put.points, answer_put.expired
        FROM answer a WHERE a.org_id = v_org AND a.participant_id = v_part.id AND a.question_index = p_index;
        total_score := v_part.total_score;
        answered := v_part.answered_count;
        completed := v_run.status = 'COMPLETED' OR answered = v_run.question_count;
        stage_completed := v_there.in_stage > p_stage_last - p_stage_first;
    END IF;
    IF verdict IS NOT NULL THEN
        RETURN;
    END IF;
    expired := coalesce(v_now > v_there.deadline + interval '2 seconds', false);
    verdict := CASE WHEN v_there.shown_at IS NULL AND v_part.timing <> 'off' THEN 'not_shown' WHEN expired THEN 'expired'
                    WHEN p_selected IS NULL THEN 'not_due' ELSE 'ok' END;
    IF verdict IN ('not_shown', 'not_due') THEN
        RETURN;
    END IF;
    selected := CASE WHEN NOT expired THEN p_selected END;
    is_correct := NOT expired AND p_credit = 100;
    points := CASE WHEN expired THEN 0 ELSE p_points END;
    total_score := v_part.total_score + points;
    answered := v_part.answered_count + 1;
    completed := answered = v_run.question_count;
    stage_completed := v_there.in_stage = p_stage_last - p_stage_first;
    INSERT INTO answer (org_id, participant_id, question_index, exercise_id, stage_number, item_id, selected, is_correct, credit,
                        points, max_points, expired, confidence, rationale, shown_at, answered_at)
    VALUES (v_org, v_part.id, p_index, p_exercise, p_stage, p_item, answer_put.selected, answer_put.is_correct,
            CASE WHEN answer_put.expired THEN 0 ELSE p_credit END, answer_put.points, p_max, answer_put.expired, p_confidence, p_rationale,
            coalesce(v_there.shown_at, v_now), v_now);
    UPDATE participant p SET
        total_score = answer_put.total_score, answered_count = answered, correct_count = p.correct_count + is_correct::integer,
        completed_at = CASE WHEN completed THEN v_now END
    WHERE p.org_id = v_org AND p.id = v_part.id;
    IF v_run.mode = 'INDIVIDUAL' THEN
        UPDATE exercise e SET
            correct_count = e.correct_count + is_correct::integer,
            own_score = e.own_score + points,
            own_answered = e.own_answered + 1,
            current_stage = CASE WHEN stage_completed THEN least(e.stage_count, p_stage + 1) ELSE e.current_stage END,
            status = CASE WHEN completed THEN 'COMPLETED' ELSE e.status END,
            completed_at = CASE WHEN completed THEN v_now ELSE e.completed_at END,
            updated_at = v_now
        WHERE e.org_id = v_org AND e.id = p_exercise;
        IF completed THEN
            PERFORM mail_queue_about(v_me, 'exercise_completed', NULL, p_exercise);
        END IF;
    END IF;
END
$$;
