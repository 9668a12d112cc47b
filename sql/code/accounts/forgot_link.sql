-- The link that sets a new password, in place of an older one, and its mail.
CREATE OR REPLACE FUNCTION muster.forgot_link(p_org uuid, p_user uuid, p_email text, p_token bytea, p_sealed text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    INSERT INTO account_token (org_id, user_id, purpose, token_hash, expires_at)
    VALUES (p_org, p_user, 'reset_password', p_token, now() + interval '1 hour')
    ON CONFLICT (org_id, user_id, purpose)
    DO UPDATE SET token_hash = excluded.token_hash, created_at = now(), expires_at = excluded.expires_at;
    PERFORM mail_queue_in(p_org, p_user, p_email, 'reset_password', NULL, p_sealed);
END
$$;
