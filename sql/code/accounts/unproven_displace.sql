-- The owner of an address has proven it (p_emails: all of its spellings): what was made with it without a proof stands in nobody's way.
CREATE OR REPLACE FUNCTION muster.unproven_displace(p_emails text[]) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v app_user;
BEGIN
    FOR v IN SELECT * FROM app_user u WHERE u.email = ANY (p_emails) AND NOT is_account(u) ORDER BY u.org_id, u.id FOR UPDATE LOOP
        PERFORM unproven_detach(v.org_id, v.id);
    END LOOP;
END
$$;
