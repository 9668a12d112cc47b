-- A new anchor, when the last one is older than 20 hours; says whether it made one. It has no statement yet: the caller signs it
-- (audit_anchor_todo(), audit_anchor_note()). One after the other.
CREATE OR REPLACE FUNCTION muster.audit_anchor_make() RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_last audit_anchor;
    v_number bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit anchor'));
    SELECT * INTO v_last FROM audit_anchor a ORDER BY a.number DESC LIMIT 1;
    IF v_last.made_at > now() - interval '20 hours' THEN
        RETURN false;
    END IF;
    v_number := coalesce(v_last.number, 0) + 1;
    INSERT INTO audit_anchor (number, organisations, erased, entries, previous, digest)
    VALUES (v_number, 0, 0, 0, coalesce(v_last.digest, sha256('')), sha256(''));
    INSERT INTO audit_anchor_head (org_digest, lane, number, link, hash)
    SELECT d.org_digest, h.lane, v_number, h.link, h.hash
    FROM audit_head h CROSS JOIN LATERAL (SELECT audit_org_digest(h.org_id) AS org_digest) d
    LEFT JOIN audit_anchor_ends(v_number - 1) e ON e.org_digest = d.org_digest AND e.lane = h.lane
    WHERE h.link > 0 AND (e.link, e.hash) IS DISTINCT FROM (h.link, h.hash);
    UPDATE audit_anchor a
    SET digest = audit_anchor_digest(v_number, false), organisations = n.organisations, erased = n.erased, entries = n.entries
    FROM (SELECT count(DISTINCT o.org_id) AS organisations, count(DISTINCT e.org_digest) FILTER (WHERE o.org_id IS NULL) AS erased,
                 coalesce(sum(e.link), 0)::bigint AS entries
          FROM audit_anchor_ends(v_number) e LEFT JOIN org o ON audit_org_digest(o.org_id) = e.org_digest) n
    WHERE a.number = v_number;
    RETURN true;
END
$$;
