-- Joins an owner that the running organisation was invited to. Verdicts: ok (also when it has joined), not_found, taken.
CREATE OR REPLACE FUNCTION muster.member_accept(p_id bigint) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_name text;
BEGIN
    PERFORM FROM org o WHERE o.org_id = org() FOR NO KEY UPDATE;
    SELECT coalesce(o.name, t.name) INTO v_name
    FROM intel_member m JOIN intel_owner o ON o.id = m.owner_id JOIN org t ON t.org_id = o.home
    WHERE m.org_id = org() AND m.owner_id = p_id AND m.role <> 'Banned' FOR NO KEY UPDATE OF m;
    IF v_name IS NULL THEN
        RETURN 'not_found';
    ELSIF intel_name_is_seen(v_name, p_id) THEN
        RETURN 'taken';
    END IF;
    UPDATE intel_member m SET accepted_at = now() WHERE m.org_id = org() AND m.owner_id = p_id AND m.accepted_at IS NULL;
    IF FOUND THEN
        PERFORM audit('owner.joined', 'owner', NULL, jsonb_build_object('id', p_id));
    END IF;
    RETURN 'ok';
END
$$;
