-- One page of the organisation's exercises in another order than newest first, of those alone in whose name or title p_q stands, or of the
-- running person's own (p_mine); other filters as in sessions_page(). Ids in the order of the page, with the key of each: what a cursor holds
-- beside time and id. Behind a page's last row go p_us, p_id and p_key on; p_us NULL is the beginning.
--
-- Nobody learns by an order what is not shown: members sort by the accuracy and the score of their own runs (rule C15). Statements are made
-- with the values at hand, so that the planner knows how much a search finds: little is read and sorted, of much an index has the order.
CREATE OR REPLACE FUNCTION muster.sessions_sorted(
    p_limit bigint, p_sort text, p_down boolean, p_us bigint, p_id uuid, p_key text, p_status text, p_theme text, p_difficulty text,
    p_since timestamptz, p_q text, p_mine boolean
) RETURNS TABLE (id uuid, sort_key text) LANGUAGE plpgsql STABLE ROWS 50
AS $$
DECLARE
    v_org uuid := muster.org();
    v_sort text := CASE WHEN p_sort = 'accuracy' AND (SELECT u.role = 'MEMBER' FROM muster.app_user u WHERE u.org_id = v_org AND u.id = muster.person())
                        THEN 'own accuracy' ELSE p_sort END;
    v_own constant text := $q$ AND e.id IN (
        SELECT x.id FROM muster.exercise x WHERE x.org_id = muster.org() AND x.created_by = muster.person()
        UNION SELECT p.exercise_id FROM muster.participant p WHERE p.org_id = muster.org() AND p.user_id = muster.person())$q$;
    v_and text := concat(CASE WHEN p_status IS NOT NULL THEN format(' AND e.status = %L', p_status) END,
                         CASE WHEN p_theme IS NOT NULL THEN format(' AND e.theme = %L', p_theme) END,
                         CASE WHEN p_difficulty IS NOT NULL THEN format(' AND e.difficulty = %L', p_difficulty) END,
                         CASE WHEN p_since IS NOT NULL THEN format(' AND e.updated_at >= %L', p_since) END,
                         CASE WHEN p_mine THEN v_own END);
    v_found text[];
    v_range record;
    v_got bigint;
    v_missing bigint := p_limit;
BEGIN
    IF p_q IS NOT NULL THEN
        -- Many exercises share a title: what can be found is looked through once, not row by row.
        WITH RECURSIVE there (sought) AS (
            (SELECT e.sought FROM muster.exercise e WHERE e.org_id = v_org ORDER BY e.sought LIMIT 1)
            UNION ALL
            SELECT (SELECT e.sought FROM muster.exercise e WHERE e.org_id = v_org AND e.sought > there.sought ORDER BY e.sought LIMIT 1)
            FROM there WHERE there.sought IS NOT NULL)
        SELECT coalesce(array_agg(there.sought), '{}') INTO v_found FROM there WHERE strpos(there.sought, lower(p_q)) > 0;
        v_and := v_and || format(' AND e.sought = ANY (%L::text[])', v_found);
    END IF;
    FOR v_range IN SELECT * FROM muster.sessions_ranges(v_sort, p_down, p_mine OR v_sort IN ('score', 'own accuracy'), p_us, p_id, p_key) LOOP
        EXIT WHEN v_missing <= 0 OR v_found = '{}';
        RETURN QUERY EXECUTE format('SELECT e.id, %s FROM muster.exercise e WHERE e.org_id = %L AND %s%s%s ORDER BY %s LIMIT %s',
            muster.sessions_key(v_sort), v_org, v_range.condition, v_and, CASE WHEN v_range.own AND NOT p_mine THEN v_own END, v_range.ordering, v_missing);
        GET DIAGNOSTICS v_got = ROW_COUNT;
        v_missing := v_missing - v_got;
    END LOOP;
END
$$;
