-- Records the sign-in and enters the tenant, in one statement.
CREATE OR REPLACE FUNCTION muster.sign_in_record(p_user uuid, p_org uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    UPDATE app_user SET last_sign_in_at = now() WHERE org_id = p_org AND id = p_user;
    PERFORM set_config('app.org_id', p_org::text, true), set_config('app.user_id', p_user::text, true);
END
$$;
