-- Creates an exercise with its first participant and takes one from the month's quota. Verdicts: ok (with the id), quota_exceeded. The
-- briefing, which somebody wrote, is stored beside the recipe for whoever exports personal data without seeing recipes (rule C1).
CREATE OR REPLACE FUNCTION muster.exercise_create(
    p_title text, p_theme text, p_difficulty text, p_language text, p_timing text, p_question_count integer,
    p_stage_count integer, p_total_points integer, p_seed bigint, p_library bigint, p_recipe jsonb, p_techniques text[],
    p_option_seed bigint, OUT verdict text, OUT id uuid
) RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_limit integer;
    v_used integer;
BEGIN
    PERFORM play_begin();
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
                          total_points, seed, library_id, recipe, mitre_attack_ids, participant_count, served_count, created_by, started_at, briefing)
    VALUES (org(), p_title, p_theme, p_difficulty, p_language, 'library', 'INDIVIDUAL', p_timing, 'IN_PROGRESS', p_question_count, p_stage_count,
            p_total_points, p_seed, p_library, p_recipe, p_techniques, 1, p_question_count, person(), now(), p_recipe ->> 'briefing')
    RETURNING exercise.id INTO id;
    INSERT INTO participant (org_id, exercise_id, user_id, option_seed, timing)
    VALUES (org(), exercise_create.id, person(), p_option_seed, p_timing);
    verdict := 'ok';
END
$$;
