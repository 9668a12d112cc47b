-- One page of the organisation's exercises that match every filter given (NULL: any), newest first, from before (p_us, p_id), those
-- changed since p_since. Each set of filters has a statement whose rows come from an index in the page's order: a condition that may be
-- absent could not be looked up in one. Where the index has a column between, one range for each of its values is merged. Other ways to
-- plan them, which read everything that matches before the first row, are switched off: plans are made for an average organisation.
--
-- What was created since p_since was changed since then. What is older comes afterwards: created on the day of p_since, or last changed on a
-- later day than it was created (exercise_lasting), found day by day. So a page costs no more than a look-up for each such day.
CREATE OR REPLACE FUNCTION muster.sessions_page(
    p_limit bigint, p_us bigint, p_id uuid, p_status text, p_theme text, p_difficulty text, p_since timestamptz
) RETURNS SETOF muster.exercise LANGUAGE plpgsql STABLE ROWS 50 SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off
AS $$
DECLARE
    v_org uuid := muster.org();
    v_before timestamptz := timestamptz 'epoch' + p_us * interval '1 microsecond';
    v_since timestamptz := coalesce(p_since, '-infinity');
    v_day date := (p_since AT TIME ZONE 'UTC')::date;
    v_missing bigint;
BEGIN
    CASE concat_ws(' ', CASE WHEN p_theme IS NOT NULL THEN 'theme' END, CASE WHEN p_difficulty IS NOT NULL THEN 'difficulty' END,
                   CASE WHEN p_status IS NOT NULL THEN 'status' END)
    WHEN '' THEN RETURN QUERY
        SELECT * FROM muster.exercise e
        WHERE e.org_id = v_org AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since
        ORDER BY created_at DESC, id DESC LIMIT p_limit;
    WHEN 'theme' THEN RETURN QUERY
        SELECT * FROM muster.exercise e
        WHERE e.org_id = v_org AND e.theme = p_theme AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since
        ORDER BY created_at DESC, id DESC LIMIT p_limit;
    WHEN 'difficulty' THEN RETURN QUERY
        (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.difficulty = p_difficulty AND e.status = 'DRAFT'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.difficulty = p_difficulty AND e.status = 'GENERATING'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.difficulty = p_difficulty AND e.status = 'LOBBY'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.difficulty = p_difficulty AND e.status = 'IN_PROGRESS'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.difficulty = p_difficulty AND e.status = 'COMPLETED'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.difficulty = p_difficulty AND e.status = 'CANCELLED'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.difficulty = p_difficulty AND e.status = 'FAILED'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        ORDER BY created_at DESC, id DESC LIMIT p_limit;
    WHEN 'status' THEN RETURN QUERY
        (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.status = p_status AND e.difficulty = 'BEGINNER'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.status = p_status AND e.difficulty = 'INTERMEDIATE'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.status = p_status AND e.difficulty = 'ADVANCED'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.status = p_status AND e.difficulty = 'EXPERT'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        ORDER BY created_at DESC, id DESC LIMIT p_limit;
    WHEN 'theme difficulty' THEN RETURN QUERY
        (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.theme = p_theme AND e.difficulty = p_difficulty AND e.status = 'DRAFT'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.theme = p_theme AND e.difficulty = p_difficulty AND e.status = 'GENERATING'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.theme = p_theme AND e.difficulty = p_difficulty AND e.status = 'LOBBY'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.theme = p_theme AND e.difficulty = p_difficulty AND e.status = 'IN_PROGRESS'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.theme = p_theme AND e.difficulty = p_difficulty AND e.status = 'COMPLETED'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.theme = p_theme AND e.difficulty = p_difficulty AND e.status = 'CANCELLED'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.theme = p_theme AND e.difficulty = p_difficulty AND e.status = 'FAILED'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        ORDER BY created_at DESC, id DESC LIMIT p_limit;
    WHEN 'theme status' THEN RETURN QUERY
        (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.theme = p_theme AND e.status = p_status AND e.difficulty = 'BEGINNER'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.theme = p_theme AND e.status = p_status AND e.difficulty = 'INTERMEDIATE'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.theme = p_theme AND e.status = p_status AND e.difficulty = 'ADVANCED'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        UNION ALL (SELECT * FROM muster.exercise e WHERE e.org_id = v_org AND e.theme = p_theme AND e.status = p_status AND e.difficulty = 'EXPERT'
         AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since ORDER BY created_at DESC, id DESC LIMIT p_limit)
        ORDER BY created_at DESC, id DESC LIMIT p_limit;
    WHEN 'difficulty status' THEN RETURN QUERY
        SELECT * FROM muster.exercise e
        WHERE e.org_id = v_org AND e.difficulty = p_difficulty AND e.status = p_status
          AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since
        ORDER BY created_at DESC, id DESC LIMIT p_limit;
    WHEN 'theme difficulty status' THEN RETURN QUERY
        SELECT * FROM muster.exercise e
        WHERE e.org_id = v_org AND e.theme = p_theme AND e.difficulty = p_difficulty AND e.status = p_status
          AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_since
        ORDER BY created_at DESC, id DESC LIMIT p_limit;
    END CASE;
    GET DIAGNOSTICS v_missing = ROW_COUNT;
    v_missing := p_limit - v_missing;
    IF p_since IS NULL OR v_missing = 0 THEN
        RETURN;
    ELSIF v_before >= p_since THEN
        v_before := p_since;
        p_id := '00000000-0000-0000-0000-000000000000';
    END IF;
    RETURN QUERY
        WITH RECURSIVE lasting (day) AS (
            SELECT v_day - 1
            UNION ALL
            SELECT (SELECT e.updated_day FROM muster.exercise e
                    WHERE e.org_id = v_org AND e.updated_day > lasting.day AND e.created_at < v_before
                      AND e.updated_day > (e.created_at AT TIME ZONE 'UTC')::date
                    ORDER BY e.updated_day LIMIT 1)
            FROM lasting WHERE lasting.day IS NOT NULL)
        SELECT older.* FROM (
            SELECT same.* FROM (
                SELECT * FROM muster.exercise e
                WHERE e.org_id = v_org AND (e.created_at, e.id) < (v_before, p_id) AND e.created_at >= v_day::timestamp AT TIME ZONE 'UTC'
                  AND e.updated_day = v_day AND e.updated_at >= v_since AND (p_theme IS NULL OR e.theme = p_theme)
                  AND (p_difficulty IS NULL OR e.difficulty = p_difficulty) AND (p_status IS NULL OR e.status = p_status)
                ORDER BY e.created_at DESC, e.id DESC LIMIT v_missing) same
            UNION ALL
            SELECT later.* FROM lasting, LATERAL (
                SELECT * FROM muster.exercise e
                WHERE e.org_id = v_org AND e.updated_day = lasting.day AND e.updated_day > (e.created_at AT TIME ZONE 'UTC')::date
                  AND (e.created_at, e.id) < (v_before, p_id) AND e.updated_at >= v_since AND (p_theme IS NULL OR e.theme = p_theme)
                  AND (p_difficulty IS NULL OR e.difficulty = p_difficulty) AND (p_status IS NULL OR e.status = p_status)
                ORDER BY e.created_at DESC, e.id DESC LIMIT v_missing) later) older
        ORDER BY older.created_at DESC, older.id DESC LIMIT v_missing;
END
$$;
