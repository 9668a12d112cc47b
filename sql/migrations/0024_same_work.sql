-- Asking for a new password takes as long whoever asks (rule A8).

-- As in 0010. Where no active account has the address, about as many rows are written for somebody who does not exist, and undone, since
-- from outside one could measure what they take: a link and its mail as for an account, and an organisation and a person instead of the
-- entry of a log. The worker is woken as well, for nothing.
CREATE OR REPLACE FUNCTION muster.forgot(p_email text, p_token bytea, p_sealed text, p_key bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
    v_user uuid;
BEGIN
    PERFORM unknown_noted('forgot-asked', p_key);
    SELECT u.org_id, u.id INTO v_org, v_user FROM app_user u WHERE u.email = p_email AND u.status = 'ACTIVE';
    IF v_user IS NOT NULL THEN
        PERFORM forgot_link(v_org, v_user, p_email, p_token, p_sealed);
        PERFORM audit_append(v_org, NULL, 'user.reset_requested', 'user', v_user, NULL);
        RETURN;
    END IF;
    BEGIN
        INSERT INTO org (name, slug, plan) SELECT 'Nobody', gen_random_uuid()::text, min(p.name) FROM plan p RETURNING org_id INTO v_org;
        INSERT INTO app_user (org_id, email, first_name, last_name, role)
        VALUES (v_org, gen_random_uuid() || '@example.invalid', 'Nobody', 'Nobody', 'MEMBER') RETURNING id INTO v_user;
        PERFORM forgot_link(v_org, v_user, 'nobody@example.invalid', p_token, p_sealed);
        RAISE EXCEPTION 'undone' USING ERRCODE = 'MU003';
    EXCEPTION
        WHEN SQLSTATE 'MU003' THEN
            NOTIFY muster_jobs;
    END;
END
$$;

CREATE FUNCTION muster.forgot_link(p_org uuid, p_user uuid, p_email text, p_token bytea, p_sealed text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    INSERT INTO account_token (org_id, user_id, purpose, token_hash, expires_at)
    VALUES (p_org, p_user, 'reset_password', p_token, now() + interval '1 hour')
    ON CONFLICT (org_id, user_id, purpose)
    DO UPDATE SET token_hash = excluded.token_hash, created_at = now(), expires_at = excluded.expires_at;
    PERFORM mail_queue(p_org, p_user, p_email, 'reset_password', NULL, p_sealed);
END
$$;

REVOKE ALL ON FUNCTION muster.forgot_link(uuid, uuid, text, bytea, text) FROM public;
GRANT EXECUTE ON FUNCTION muster.forgot_link(uuid, uuid, text, bytea, text) TO muster_lookup;
