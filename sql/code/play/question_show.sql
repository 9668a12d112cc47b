-- Marks questions first..last of the running person's run as shown. Each has its own limit in seconds (NULL: no limit). Returns all rows
-- of the range, whoever wrote them: of two at the same moment the second waits, and is told the first one's times. None: no such run.
CREATE OR REPLACE FUNCTION muster.question_show(p_participant uuid, p_first integer, p_last integer, p_seconds double precision)
RETURNS TABLE (question_index smallint, shown_at timestamptz, deadline timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    IF (SELECT count(*) FROM question_shown s
        WHERE s.org_id = org() AND s.participant_id = p_participant AND s.question_index BETWEEN p_first AND p_last) <= p_last - p_first THEN
        PERFORM FROM participant p WHERE p.org_id = org() AND p.id = p_participant AND p.user_id = person() FOR KEY SHARE;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        INSERT INTO question_shown (org_id, participant_id, question_index, shown_at, deadline)
        SELECT org(), p_participant, i, v.at, v.at + make_interval(secs => p_seconds)
        FROM generate_series(p_first, p_last) AS i, (SELECT clock_timestamp() AS at) v
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN QUERY
        SELECT s.question_index, s.shown_at, s.deadline FROM question_shown s
        WHERE s.org_id = org() AND s.participant_id = p_participant AND s.question_index BETWEEN p_first AND p_last
        ORDER BY s.question_index;
END
$$;
