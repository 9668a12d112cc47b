-- Why the running person may not change an owner; NULL: nothing stands in the way, and its row is held. Verdicts: not_found, foreign
-- (another organisation's, or an Organization, which is changed as the organisation), public (for administrators of the platform alone).
CREATE OR REPLACE FUNCTION muster.intel_owner_refusal(p_id bigint, p_public boolean) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v intel_owner;
BEGIN
    IF p_public AND NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.id = person() AND u.role = 'SUPER_ADMIN') THEN
        RETURN 'public';
    ELSIF p_id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT o.* INTO v FROM intel_owner o JOIN intel_member m ON m.owner_id = o.id
    WHERE o.id = p_id AND m.org_id = org() AND m.accepted_at IS NOT NULL AND m.role <> 'Banned' FOR NO KEY UPDATE OF o;
    RETURN CASE WHEN v.id IS NULL THEN 'not_found' WHEN v.home <> org() OR v.kind = 'Organization' THEN 'foreign' END;
END
$$;
