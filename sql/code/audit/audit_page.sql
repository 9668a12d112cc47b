-- One page of an organisation's log before the number p_before, newest first, of the entries that match every filter given (NULL: any).
-- Each set of filters has a statement whose rows come from an index in the page's order; times become numbers first.
CREATE OR REPLACE FUNCTION muster.audit_page(
    p_org uuid, p_limit bigint, p_before bigint, p_action text, p_actor uuid, p_since timestamptz, p_until timestamptz
) RETURNS SETOF muster.audit_log LANGUAGE plpgsql STABLE ROWS 50 SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off
AS $$
DECLARE
    v_from bigint := CASE WHEN p_since IS NULL THEN 0 ELSE muster.audit_seq(p_org, p_since) END;
    v_end bigint := least(p_before, CASE WHEN p_until IS NULL THEN 9223372036854775807 ELSE muster.audit_seq(p_org, p_until) END);
BEGIN
    IF p_action IS NULL AND p_actor IS NULL THEN
        RETURN QUERY SELECT * FROM muster.audit_log l WHERE l.org_id = p_org AND l.seq < v_end AND l.seq >= v_from
                     ORDER BY l.seq DESC LIMIT p_limit;
    ELSIF p_actor IS NULL THEN
        RETURN QUERY SELECT * FROM muster.audit_log l WHERE l.org_id = p_org AND l.action = p_action AND l.seq < v_end AND l.seq >= v_from
                     ORDER BY l.seq DESC LIMIT p_limit;
    ELSIF p_action IS NULL THEN
        RETURN QUERY SELECT * FROM muster.audit_log l WHERE l.org_id = p_org AND l.actor_id = p_actor AND l.seq < v_end AND l.seq >= v_from
                     ORDER BY l.seq DESC LIMIT p_limit;
    ELSE
        RETURN QUERY SELECT * FROM muster.audit_log l
                     WHERE l.org_id = p_org AND l.actor_id = p_actor AND l.action = p_action AND l.seq < v_end AND l.seq >= v_from
                     ORDER BY l.seq DESC LIMIT p_limit;
    END IF;
END
$$;
