-- Marks questions first..last as shown. Each has its own limit in seconds (NULL array: no limit). Returns all rows of the range.
CREATE OR REPLACE FUNCTION muster.question_show(p_participant uuid, p_first integer, p_last integer, p_seconds double precision)
RETURNS TABLE (question_index smallint, shown_at timestamptz, deadline timestamptz)
LANGUAGE sql VOLATILE SET search_path = muster, pg_temp
AS $$
    INSERT INTO muster.question_shown AS s (org_id, participant_id, question_index, shown_at, deadline)
    SELECT muster.org(), p_participant, i, clock_timestamp(), clock_timestamp() + make_interval(secs => p_seconds)
    FROM generate_series(p_first, p_last) AS i
    ON CONFLICT DO NOTHING
    RETURNING s.question_index, s.shown_at, s.deadline
$$;
