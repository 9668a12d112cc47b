-- The ranges of exercises that a sorted list is read from, one after the other, behind the row that p_us, p_id and p_key name (p_us NULL:
-- from the beginning): a condition and an order over exercise e, which an index has. own: of the running person's own runs, which are few and
-- are sorted. Rows without a key come last, the newest first.
CREATE OR REPLACE FUNCTION muster.sessions_ranges(p_sort text, p_down boolean, p_own boolean, p_us bigint, p_id uuid, p_key text)
RETURNS TABLE (own boolean, condition text, ordering text) LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_key text := muster.sessions_key(p_sort);
    v_way text := CASE WHEN p_down THEN 'DESC' ELSE 'ASC' END;
    v_past text := CASE WHEN p_down THEN '<' ELSE '>' END;
    v_at text := format('(%L::timestamptz, %L::uuid)', timestamptz 'epoch' + p_us * interval '1 microsecond', p_id);
    v_column text := CASE p_sort WHEN 'title' THEN 'e.sought' ELSE 'e.' || p_sort END;
    v_values text[] := CASE p_sort WHEN 'status' THEN '{DRAFT,GENERATING,LOBBY,IN_PROGRESS,COMPLETED,CANCELLED,FAILED}'::text[]
                                   WHEN 'difficulty' THEN '{BEGINNER,INTERMEDIATE,ADVANCED,EXPERT}'::text[] END;
    v_rank integer := CASE WHEN p_key ~ '^[0-9]{1,5}$' THEN p_key::integer ELSE 0 END;
    v_begun boolean := p_us IS NOT NULL;
    v_keyed boolean := p_us IS NULL OR p_key IS NOT NULL;
    newest constant text := 'e.created_at DESC, e.id DESC';
BEGIN
    IF p_own THEN
        IF v_keyed THEN
            RETURN QUERY SELECT true, format('%s IS NOT NULL', v_key) || CASE WHEN v_begun
                THEN format(' AND (%1$s %2$s %3$L OR %1$s = %3$L AND (e.created_at, e.id) < %4$s)', v_key, v_past, p_key, v_at) ELSE '' END,
                format('%s %s, %s', v_key, v_way, newest);
        END IF;
        RETURN QUERY SELECT false, format('%s IS NULL', v_key) || CASE WHEN v_keyed THEN '' ELSE ' AND (e.created_at, e.id) < ' || v_at END, newest;
    ELSIF p_sort = 'created' THEN
        RETURN QUERY SELECT false, CASE WHEN v_begun THEN format('(e.created_at, e.id) %s %s', v_past, v_at) ELSE 'true' END,
            format('e.created_at %1$s, e.id %1$s', v_way);
    ELSIF p_sort = 'accuracy' THEN
        IF v_keyed THEN
            RETURN QUERY SELECT false, 'e.grade IS NOT NULL' || CASE WHEN v_begun
                THEN format(' AND (e.grade, e.created_at, e.id) %s (%s::smallint, %s', v_past, least(v_rank, 10000), substr(v_at, 2)) ELSE '' END,
                format('e.grade %1$s, e.created_at %1$s, e.id %1$s', v_way);
        END IF;
        RETURN QUERY SELECT false, 'e.grade IS NULL' || CASE WHEN v_keyed THEN '' ELSE ' AND (e.created_at, e.id) < ' || v_at END, newest;
    ELSIF v_values IS NOT NULL THEN
        RETURN QUERY SELECT false, format('%s = %L', v_column, v) || CASE WHEN v_begun AND n = v_rank
                                                                          THEN ' AND (e.created_at, e.id) < ' || v_at ELSE '' END, newest
        FROM unnest(v_values) WITH ORDINALITY AS t (v, n)
        WHERE NOT v_begun OR CASE WHEN p_down THEN n <= v_rank ELSE n >= v_rank END
        ORDER BY CASE WHEN p_down THEN -n ELSE n END;
    ELSE -- the index has the newest of each value first, and is read backwards for the other direction
        IF v_begun THEN
            RETURN QUERY SELECT false, format('%s = %L AND (e.created_at, e.id) %s %s', v_column, p_key, CASE WHEN p_down THEN '>' ELSE '<' END, v_at),
                CASE WHEN p_down THEN 'e.created_at, e.id' ELSE newest END;
        END IF;
        RETURN QUERY SELECT false, CASE WHEN v_begun THEN format('%s %s %L', v_column, v_past, p_key) ELSE 'true' END,
            format('%s %s, %s', v_column, v_way, CASE WHEN p_down THEN 'e.created_at, e.id' ELSE newest END);
    END IF;
END
$$;
