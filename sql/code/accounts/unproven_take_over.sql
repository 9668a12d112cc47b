-- Where mail leaves the server: whoever follows the link to a new password (entered before) of an account whose address was not proven
-- proves it, and may be somebody else than who made the account. Nothing that could sign in stays, least of all a second factor. The
-- account and what is in it are the owner's from now on, but for ways into the organisation that were opened, and with one exception: an organisation that the account founded and that others are
-- in is left to them, since whoever they are they would see what the owner does, and the owner begins anew in one of the own. Whoever
-- was invited, or founded alone, stays; taken_over_at lets the owner leave that behind for another organisation.
CREATE OR REPLACE FUNCTION muster.unproven_take_over(p_token bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_me app_user;
    v_hash text;
    v_org uuid;
    v_user uuid;
BEGIN
    IF NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.id = person() AND NOT is_account(u)) THEN
        RETURN;
    END IF;
    SELECT * INTO v_me FROM app_user u WHERE u.org_id = org() AND u.id = person() FOR UPDATE;
    IF v_me.id IS NULL OR is_account(v_me) OR NOT EXISTS (
        SELECT FROM account_token t WHERE t.org_id = v_me.org_id AND t.user_id = v_me.id AND t.token_hash = p_token) THEN
        RETURN; -- of two at once the other one was first
    END IF;
    IF NOT EXISTS (SELECT FROM audit_log a WHERE a.org_id = v_me.org_id AND a.action = 'user.registered' AND a.target_id = v_me.id)
       OR NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = v_me.org_id AND u.id <> v_me.id AND u.status = 'ACTIVE') THEN
        PERFORM credentials_end(v_me.org_id, v_me.id);
        PERFORM ways_in_end(v_me.org_id, v_me.id);
        UPDATE app_user u SET taken_over_at = now() WHERE u.org_id = v_me.org_id AND u.id = v_me.id;
        RETURN;
    END IF;
    SELECT c.password_hash INTO v_hash FROM credential c WHERE c.org_id = v_me.org_id AND c.user_id = v_me.id;
    PERFORM unproven_detach(v_me.org_id, v_me.id);
    INSERT INTO org (name, slug, plan, language)
    SELECT left('Organisation of ' || v_me.last_name, 120), 'organisation-' || replace(gen_random_uuid()::text, '-', ''), o.plan, o.language
    FROM org o WHERE o.org_id = v_me.org_id RETURNING org_id INTO v_org;
    INSERT INTO app_user (org_id, email, first_name, last_name, role, language)
    VALUES (v_org, v_me.email, v_me.first_name, v_me.last_name, 'CLIENT_ADMIN', v_me.language) RETURNING id INTO v_user;
    INSERT INTO credential (org_id, user_id, password_hash) VALUES (v_org, v_user, v_hash); -- what follows sets the new one
    INSERT INTO account_token (org_id, user_id, purpose, token_hash, expires_at)
    VALUES (v_org, v_user, 'reset_password', p_token, now() + interval '1 hour');
    PERFORM audit_append(v_org, v_user, 'organization.registered', 'organization', v_org, NULL);
    PERFORM audit_append(v_org, v_user, 'user.registered', 'user', v_user, jsonb_build_object('role', 'CLIENT_ADMIN'));
    PERFORM link_enter('reset_password', p_token);
END
$$;
