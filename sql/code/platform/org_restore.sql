-- The deletion of an organisation is taken back, and what it was before it is again: sessions and keys work, and what the platform had
-- suspended stays suspended. Verdicts: ok (asked says whether there was anything to take back), late (its erasure has begun). The row's
-- lock decides between this and the erasure's beginning.
CREATE OR REPLACE FUNCTION muster.org_restore(p_org uuid, OUT verdict text, OUT asked boolean) RETURNS record
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM FROM org o WHERE o.org_id = p_org FOR NO KEY UPDATE;
    DELETE FROM org_ending e WHERE e.org_id = p_org AND e.begun_at IS NULL;
    asked := FOUND;
    IF asked THEN
        PERFORM org_tell(p_org, 'organization_restored');
    END IF;
    verdict := CASE WHEN EXISTS (SELECT FROM org_ending e WHERE e.org_id = p_org) THEN 'late' ELSE 'ok' END;
END
$$;
