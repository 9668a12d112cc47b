-- Those who take a platform administrator away, one person (NULL: all of the running organisation), wait for each other; for everybody
-- else it takes nothing. The caller holds seats_lock_of(), under which nobody of the organisation becomes one.
CREATE OR REPLACE FUNCTION muster.platform_lock(p_user uuid) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.id = coalesce(p_user, u.id) AND u.role = 'SUPER_ADMIN') THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('platform administrators', 0));
    END IF;
END
$$;
