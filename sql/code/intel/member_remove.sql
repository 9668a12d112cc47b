-- Takes an organisation out of an owner: whose it is does, and each organisation itself. What it wrote there stays. Verdicts: ok, not_found,
-- foreign, self (whose it is stays in it).
CREATE OR REPLACE FUNCTION muster.member_remove(p_id bigint, p_member uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_refusal text;
BEGIN
    IF EXISTS (SELECT FROM intel_owner o WHERE o.id = p_id AND o.home = org() AND p_member = org()) THEN
        RETURN 'self';
    ELSIF p_id IS NULL OR p_member IS DISTINCT FROM org() THEN
        v_refusal := CASE WHEN p_id IS NULL THEN 'not_found' ELSE intel_owner_refusal(p_id, false) END;
        IF v_refusal IS NOT NULL THEN
            RETURN v_refusal;
        END IF;
    END IF;
    DELETE FROM intel_member m WHERE m.owner_id = p_id AND m.org_id = p_member AND (p_member <> org() OR m.role <> 'Banned');
    IF NOT FOUND THEN
        RETURN 'not_found';
    END IF;
    PERFORM audit('owner.member_removed', 'owner', NULL, jsonb_build_object('id', p_id, 'organization', p_member));
    RETURN 'ok';
END
$$;
