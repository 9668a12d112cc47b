-- The platform's role is given by a command on the server, never through a request (rule A4).
CREATE OR REPLACE FUNCTION muster.platform_role_guard() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT pg_has_role(current_user, 'muster_owner', 'MEMBER') THEN
        RAISE EXCEPTION 'SUPER_ADMIN is given on the server' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER platform_role_guard BEFORE INSERT OR UPDATE OF role ON muster.app_user
    FOR EACH ROW WHEN (NEW.role = 'SUPER_ADMIN') EXECUTE FUNCTION muster.platform_role_guard();
