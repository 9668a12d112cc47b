-- audit_page_of() for the running organisation.
CREATE OR REPLACE FUNCTION muster.audit_page(
    p_limit bigint, p_before bigint, p_action text, p_actor uuid, p_since timestamptz, p_until timestamptz
) RETURNS SETOF muster.audit_log LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN QUERY SELECT * FROM audit_page_of(org(), p_limit, p_before, p_action, p_actor, p_since, p_until);
END
$$;
