-- What somebody made with an address that was never proven gives the address back: its owner has come and begins anew. The account that
-- is left signs nobody in and is nobody's; retention removes it after some days, with its organisation when nobody else is in there
-- (until then an operator could still say that it was a mistake). Others in the organisation keep it, and the owner is not among them.
CREATE OR REPLACE FUNCTION muster.unproven_detach(p_org uuid, p_user uuid) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    DELETE FROM mail m WHERE m.org_id = p_org AND m.user_id = p_user AND m.state IN ('QUEUED', 'DEAD');
    UPDATE app_user u SET email = u.id || '@displaced.invalid', status = 'DEACTIVATED', displaced_at = now()
    WHERE u.org_id = p_org AND u.id = p_user;
    PERFORM credentials_end(p_org, p_user);
    PERFORM ways_in_end(p_org, p_user);
    DELETE FROM account_token t WHERE t.org_id = p_org AND t.user_id = p_user;
    DELETE FROM credential c WHERE c.org_id = p_org AND c.user_id = p_user;
    PERFORM audit_append(p_org, NULL, 'user.displaced', 'user', p_user, NULL);
END
$$;
