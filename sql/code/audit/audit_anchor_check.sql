-- Whether what an anchor covered is in the log as it was: p_digest comes from a statement that was kept elsewhere. Verdicts: ok, unknown (no
-- anchor has this number here), differs (the log at those places, or which places they are, is not what was signed), missing (more
-- organisations of it are gone than were ever erased). erased: organisations of it that are gone, whose entries nobody can check any more.
-- Also asked of each log is audit_verify(): that the entries before those places lead there.
CREATE OR REPLACE FUNCTION muster.audit_anchor_check(
    p_number bigint, p_digest bytea, OUT verdict text, OUT organisations bigint, OUT erased bigint, OUT entries bigint
) RETURNS record LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
BEGIN
    SELECT count(DISTINCT o.org_id), count(DISTINCT e.org_digest) FILTER (WHERE o.org_id IS NULL), sum(e.link)
    INTO organisations, erased, entries
    FROM audit_anchor_ends(p_number) e LEFT JOIN org o ON audit_org_digest(o.org_id) = e.org_digest;
    verdict := CASE WHEN NOT EXISTS (SELECT FROM audit_anchor a WHERE a.number = p_number) THEN 'unknown'
                    WHEN audit_anchor_digest(p_number, true) <> p_digest THEN 'differs'
                    WHEN erased > (SELECT count(*) FROM erasure_receipt r WHERE r.kind = 'organization') THEN 'missing'
                    ELSE 'ok' END;
END
$$;
