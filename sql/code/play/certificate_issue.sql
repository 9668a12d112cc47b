-- Stores the running person's certificate of a completed run, once: whoever comes second at the same moment gets no row, and reads the
-- first one's.
CREATE OR REPLACE FUNCTION muster.certificate_issue(p_participant uuid, p_grade text) RETURNS SETOF muster.certificate
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM play_begin();
    PERFORM exercise_keep(p.exercise_id) FROM participant p WHERE p.org_id = org() AND p.id = p_participant;
    RETURN QUERY
        INSERT INTO certificate AS c (org_id, exercise_id, participant_id, user_id, holder, exercise_title, theme, difficulty, grade,
                                      correct_count, question_count, completed_at, valid_until)
        SELECT p.org_id, p.exercise_id, p.id, p.user_id, u.first_name || ' ' || u.last_name, e.title, e.theme, e.difficulty, p_grade,
               p.correct_count, e.question_count, p.completed_at, now() + interval '1 year'
        FROM participant p
        JOIN exercise e ON e.org_id = p.org_id AND e.id = p.exercise_id
        JOIN app_user u ON u.org_id = p.org_id AND u.id = p.user_id
        WHERE p.org_id = org() AND p.id = p_participant AND p.user_id = person() AND p.completed_at IS NOT NULL AND e.status = 'COMPLETED'
        ON CONFLICT (org_id, participant_id) DO NOTHING
        RETURNING c.*;
END
$$;
