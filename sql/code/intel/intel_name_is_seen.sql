-- Whether the running organisation sees an owner of this name already (but for p_but): names tell owners apart in the protocol.
CREATE OR REPLACE FUNCTION muster.intel_name_is_seen(p_name text, p_but bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM intel_member m JOIN intel_owner o ON o.id = m.owner_id JOIN org t ON t.org_id = o.home
                   WHERE m.org_id = org() AND m.accepted_at IS NOT NULL AND o.id IS DISTINCT FROM p_but
                     AND lower(coalesce(o.name, t.name)) = lower(p_name));
END
$$;
