-- Enters the tenant (and, where the link is of one, the person) for this transaction; nothing is entered, and what was entered
-- before is left, when the link is not good. Kinds: verify_email, reset_password, invitation, registration, domain.
CREATE OR REPLACE FUNCTION muster.link_enter(p_kind text, p_token bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
    v_user uuid;
BEGIN
    IF p_kind = 'invitation' THEN
        SELECT i.org_id INTO v_org FROM invitation i WHERE i.token_hash = p_token AND i.accepted_at IS NULL AND i.expires_at > now();
    ELSIF p_kind = 'registration' THEN
        SELECT p.org_id INTO v_org FROM pending_registration p WHERE p.token_hash = p_token AND p.expires_at > now();
    ELSIF p_kind = 'domain' THEN
        SELECT d.org_id INTO v_org FROM org_domain d WHERE d.token_hash = p_token AND d.expires_at > now();
    ELSE
        SELECT t.org_id, t.user_id INTO v_org, v_user
        FROM account_token t JOIN app_user u ON u.org_id = t.org_id AND u.id = t.user_id
        WHERE t.token_hash = p_token AND t.purpose = p_kind AND t.expires_at > now() AND u.status = 'ACTIVE';
    END IF;
    RETURN enter_as(v_org, v_user);
END
$$;
