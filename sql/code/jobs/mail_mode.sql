-- The worker says whether mail leaves the server. From the moment on that it does, an address is an account only when it is proven: who
-- was there before is written to, and has the days of retention from then on (org_is_unproven()).
CREATE OR REPLACE FUNCTION muster.mail_mode(p_leaves boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM platform_setting s WHERE (s.mail_since IS NOT NULL) <> p_leaves) THEN
        RETURN;
    END IF;
    UPDATE platform_setting s SET mail_since = CASE WHEN p_leaves THEN now() END WHERE (s.mail_since IS NOT NULL) <> p_leaves;
    IF FOUND AND p_leaves THEN
        PERFORM mail_queue_in(u.org_id, u.id, u.email, 'prove_address', NULL, NULL)
        FROM app_user u WHERE NOT is_account(u) AND u.status = 'ACTIVE' AND u.email LIKE '%_@_%' ORDER BY u.org_id, u.id;
    END IF;
END
$$;
