-- What exercises are sorted by, as an expression over exercise e: a text that sorts by its bytes, NULL where a row has none.
CREATE OR REPLACE FUNCTION muster.sessions_key(p_sort text) RETURNS text LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    -- One's own score is on the exercise where nobody else can take part.
    v_score constant text := $k$CASE WHEN e.own_score IS NOT NULL THEN CASE WHEN e.created_by = muster.person() THEN e.own_score END
        ELSE (SELECT p.total_score FROM muster.participant p
              WHERE p.org_id = e.org_id AND p.exercise_id = e.id AND p.user_id = muster.person()) END$k$;
BEGIN
    RETURN '(' || CASE p_sort
        WHEN 'created' THEN $k$lpad((extract(epoch FROM e.created_at) * 1000000)::bigint::text, 18, '0')$k$
        WHEN 'title' THEN 'e.sought'
        WHEN 'theme' THEN 'e.theme'
        WHEN 'status' THEN $k$array_position('{DRAFT,GENERATING,LOBBY,IN_PROGRESS,COMPLETED,CANCELLED,FAILED}'::text[], e.status)::text$k$
        WHEN 'difficulty' THEN $k$array_position('{BEGINNER,INTERMEDIATE,ADVANCED,EXPERT}'::text[], e.difficulty)::text$k$
        WHEN 'accuracy' THEN $k$lpad(e.grade::text, 5, '0')$k$
        WHEN 'own accuracy' THEN format($k$CASE WHEN (%s) IS NOT NULL THEN lpad(e.grade::text, 5, '0') END$k$, v_score)
        WHEN 'score' THEN format($k$lpad((%s)::text, 10, '0')$k$, v_score)
        END || ') COLLATE "C"';
END
$$;
