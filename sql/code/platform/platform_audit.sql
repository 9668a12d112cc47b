-- Notes an act of the running platform administrator in the own organisation's log, and in that of the organisation it is about
-- (NULL: the platform as a whole). Both chains are locked in one order, so that two administrators never wait for each other.
CREATE OR REPLACE FUNCTION muster.platform_audit(p_org uuid, p_action text, p_target_type text, p_target uuid, p_detail jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_actor text := current_setting('app.actor', true);
BEGIN
    PERFORM FROM audit_head h WHERE h.org_id IN (p_org, org()) ORDER BY h.org_id FOR NO KEY UPDATE;
    IF p_org <> org() THEN
        PERFORM set_config('app.actor', 'platform', true);
        PERFORM audit_append(p_org, NULL, p_action, p_target_type, p_target, p_detail);
        PERFORM set_config('app.actor', coalesce(v_actor, ''), true);
    END IF;
    PERFORM audit_append(org(), person(), p_action, p_target_type, p_target,
                         jsonb_strip_nulls(jsonb_build_object('organization', p_org)) || coalesce(p_detail, '{}'));
END
$$;
