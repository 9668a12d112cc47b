-- The ends of all lanes as they were at an anchor.
CREATE OR REPLACE FUNCTION muster.audit_anchor_ends(p_number bigint)
RETURNS TABLE (org_digest bytea, lane smallint, link bigint, hash bytea) LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT ON (a.org_digest, a.lane) a.org_digest, a.lane, a.link, a.hash
    FROM muster.audit_anchor_head a WHERE a.number <= p_number ORDER BY a.org_digest, a.lane, a.number DESC
$$;
