-- The role that whoever runs this transaction has in the own Organization: an API user its own, a person by the one of the account. NULL: it
-- is nobody.
CREATE OR REPLACE FUNCTION muster.intel_own_role() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    IF intel_api_user() IS NOT NULL THEN
        RETURN (SELECT u.role FROM intel_user u WHERE u.org_id = org() AND u.id = intel_api_user());
    END IF;
    RETURN (SELECT intel_role_of(u.role) FROM app_user u WHERE u.org_id = org() AND u.id = person());
END
$$;
