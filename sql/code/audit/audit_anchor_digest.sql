-- The one digest over the ends of all lanes at an anchor. p_again: of an organisation that is there, what its log says at that place now.
CREATE OR REPLACE FUNCTION muster.audit_anchor_digest(p_number bigint, p_again boolean) RETURNS bytea LANGUAGE sql STABLE
AS $$
    SELECT sha256(coalesce(string_agg(convert_to(
        encode(e.org_digest, 'hex') || ' ' || e.lane || ' ' || e.link || ' '
        || coalesce(encode(CASE WHEN p_again AND o.org_id IS NOT NULL THEN l.hash ELSE e.hash END, 'hex'), '-') || chr(10), 'UTF8'),
        ''::bytea ORDER BY e.org_digest, e.lane), ''::bytea))
    FROM muster.audit_anchor_ends(p_number) e
    LEFT JOIN muster.org o ON muster.audit_org_digest(o.org_id) = e.org_digest
    LEFT JOIN muster.audit_log l ON p_again AND l.org_id = o.org_id AND l.lane = e.lane AND coalesce(l.link, l.seq) = e.link
$$;
