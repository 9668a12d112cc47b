-- Ends an API user of the running organisation; false when there is none of this number.
CREATE OR REPLACE FUNCTION muster.api_user_revoke(p_id bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    IF intel_revoke(org(), NULL, coalesce(p_id, 0)) = 0 THEN
        RETURN false;
    END IF;
    PERFORM audit('api_user.revoked', 'api_user', NULL, jsonb_build_object('id', p_id));
    RETURN true;
END
$$;
