-- One page of an organisation's log behind the entry p_before (NULL: from the newest on), newest first, of the entries that match every
-- filter given (NULL: any). Each set of filters has a statement whose rows come from an index in the page's order.
CREATE OR REPLACE FUNCTION muster.audit_page_of(
    p_org uuid, p_limit bigint, p_before bigint, p_action text, p_actor uuid, p_since timestamptz, p_until timestamptz
) RETURNS SETOF muster.audit_log LANGUAGE plpgsql STABLE ROWS 50 SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off
AS $$
DECLARE
    v_from timestamptz := coalesce(p_since, '-infinity');
    v_before timestamptz := 'infinity';
BEGIN
    IF p_before IS NOT NULL THEN
        SELECT l.at INTO v_before FROM muster.audit_log l WHERE l.org_id = p_org AND l.seq = p_before;
    END IF;
    -- An entry has a number, so none is as early as the moment p_until with number 0.
    IF p_until <= v_before THEN
        v_before := p_until;
        p_before := 0;
    END IF;
    IF p_action IS NULL AND p_actor IS NULL THEN
        RETURN QUERY SELECT * FROM muster.audit_log l
                     WHERE l.org_id = p_org AND (l.at, l.seq) < (v_before, coalesce(p_before, 0)) AND l.at >= v_from
                     ORDER BY l.at DESC, l.seq DESC LIMIT p_limit;
    ELSIF p_actor IS NULL THEN
        RETURN QUERY SELECT * FROM muster.audit_log l
                     WHERE l.org_id = p_org AND l.action = p_action AND (l.at, l.seq) < (v_before, coalesce(p_before, 0)) AND l.at >= v_from
                     ORDER BY l.at DESC, l.seq DESC LIMIT p_limit;
    ELSIF p_action IS NULL THEN
        RETURN QUERY SELECT * FROM muster.audit_log l
                     WHERE l.org_id = p_org AND l.actor_id = p_actor AND (l.at, l.seq) < (v_before, coalesce(p_before, 0)) AND l.at >= v_from
                     ORDER BY l.at DESC, l.seq DESC LIMIT p_limit;
    ELSE
        RETURN QUERY SELECT * FROM muster.audit_log l
                     WHERE l.org_id = p_org AND l.actor_id = p_actor AND l.action = p_action
                       AND (l.at, l.seq) < (v_before, coalesce(p_before, 0)) AND l.at >= v_from
                     ORDER BY l.at DESC, l.seq DESC LIMIT p_limit;
    END IF;
END
$$;
