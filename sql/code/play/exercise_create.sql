-- Creates an exercise with its first participant and takes one from the month's quota and one of the person's p_hourly attempts (0: no
-- limit). Verdicts: ok (with the id), quota_exceeded, too_many (with the seconds to wait). The
-- briefing, which somebody wrote, is in the recipe and beside it for whoever exports personal data without seeing recipes (rule C1).
--
-- Where the plan has a limit, those who create one wait for each other, unless the month is full anyway, and nobody passes the limit.
-- Where it has none, nobody waits for anybody.
CREATE OR REPLACE FUNCTION muster.exercise_create(
    p_title text, p_theme text, p_difficulty text, p_language text, p_timing text, p_question_count integer,
    p_stage_count integer, p_total_points integer, p_seed bigint, p_library bigint, p_recipe jsonb, p_techniques text[],
    p_option_seed bigint, p_hourly integer DEFAULT 0, p_briefing text DEFAULT NULL, p_question_ids text[] DEFAULT '{}',
    p_name text DEFAULT NULL, p_minutes integer DEFAULT NULL,
    OUT verdict text, OUT id uuid, OUT wait integer
) RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_month date := date_trunc('month', now());
    v_limit integer;
BEGIN
    PERFORM play_begin();
    IF p_hourly > 0 THEN
        wait := attempt_take('generate', sha256(convert_to(person()::text, 'UTF8')), p_hourly, 3600);
        IF wait > 0 THEN
            verdict := 'too_many';
            RETURN;
        END IF;
    END IF;
    SELECT p.monthly_exercises INTO v_limit FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = org();
    FOR v_locked IN 0..1 LOOP
        IF v_limit IS NOT NULL AND usage_of(v_month) >= v_limit THEN
            verdict := 'quota_exceeded';
            RETURN;
        ELSIF v_limit IS NOT NULL AND v_locked = 0 THEN
            PERFORM pg_advisory_xact_lock(hashtextextended('exercises:' || org(), 0));
        END IF;
    END LOOP;
    INSERT INTO exercise (org_id, title, theme, difficulty, language, engine, mode, timing, status, question_count, stage_count,
                          total_points, seed, library_id, recipe, question_ids, mitre_attack_ids, participant_count, served_count, created_by,
                          started_at, briefing, own_score, own_answered, name, minutes)
    VALUES (org(), p_title, p_theme, p_difficulty, p_language, 'library', 'INDIVIDUAL', p_timing, 'IN_PROGRESS', p_question_count, p_stage_count,
            p_total_points, p_seed, p_library, p_recipe, p_question_ids, p_techniques, 1, p_question_count, person(), now(), p_briefing, 0, 0, p_name, p_minutes)
    RETURNING exercise.id INTO id;
    INSERT INTO participant (org_id, exercise_id, user_id, option_seed, timing)
    VALUES (org(), exercise_create.id, person(), p_option_seed, p_timing);
    PERFORM usage_count(v_month);
    verdict := 'ok';
END
$$;
