-- Notes an act of the running platform administrator in the own organisation's log, and in that of the organisation it is about
-- (NULL: the platform as a whole). Both logs are written in the order of their organisations, so that two administrators who find all
-- lanes of both taken never wait for each other.
CREATE OR REPLACE FUNCTION muster.platform_audit(p_org uuid, p_action text, p_target_type text, p_target uuid, p_detail jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_actor text := current_setting('app.actor', true);
    v_org uuid;
BEGIN
    FOR v_org IN SELECT DISTINCT o FROM unnest(ARRAY[org(), p_org]) o WHERE o IS NOT NULL ORDER BY o LOOP
        IF v_org = org() THEN
            PERFORM audit_append(v_org, person(), p_action, p_target_type, p_target,
                                 jsonb_strip_nulls(jsonb_build_object('organization', p_org)) || coalesce(p_detail, '{}'));
        ELSE
            PERFORM set_config('app.actor', 'platform', true);
            PERFORM audit_append(v_org, NULL, p_action, p_target_type, p_target, p_detail);
            PERFORM set_config('app.actor', coalesce(v_actor, ''), true);
        END IF;
    END LOOP;
END
$$;
