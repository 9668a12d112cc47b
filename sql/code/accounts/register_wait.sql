-- Registration where mail leaves the server (S5): an address is an account when a mail to it was answered, so the registration waits for
-- that (p_token: its link, with the mail's sealed parameters), and an address that has an account gets a mail that says so. It looks and
-- takes the same to whoever asks: as many rows are written, and of those that nobody needs none stays (rule A8). An invitation that came
-- by mail is the answer already, and register() goes on with it; one that did not causes five mails an hour, and no more. Verdicts: waits
-- (a mail was caused), bad_invitation; and those of register().
CREATE OR REPLACE FUNCTION muster.register_wait(
    p_email text, p_first text, p_last text, p_password_hash text, p_name text, p_slug text, p_plan text, p_invite bytea,
    p_token bytea, p_sealed text, p_spellings text[] DEFAULT '{}'
) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_known app_user;
    v_invitation invitation;
    v_org uuid;
BEGIN
    IF p_invite IS NOT NULL THEN
        SELECT * INTO v_invitation FROM invitation i
        WHERE i.token_hash = p_invite AND i.accepted_at IS NULL AND i.expires_at > now() AND i.email = ANY (p_email || p_spellings);
        IF v_invitation.id IS NULL THEN
            RETURN 'bad_invitation';
        ELSIF v_invitation.mail_id IS NOT NULL THEN
            RETURN register(p_email, p_first, p_last, p_password_hash, p_name, p_slug, p_plan, p_invite, NULL, NULL, NULL, p_spellings,
                            true);
        ELSIF attempt_take_some('join-invited', v_invitation.token_hash, 1, 5, 3600) = 0 THEN
            RETURN 'ok'; -- the mail is there already
        END IF;
    END IF;
    SELECT * INTO v_known FROM app_user u WHERE u.email = ANY (p_email || p_spellings) AND is_account(u)
    ORDER BY array_position(p_email || p_spellings, u.email) LIMIT 1;
    BEGIN
        v_org := v_invitation.org_id;
        IF v_org IS NULL THEN
            INSERT INTO org (name, slug, plan, pending)
            VALUES (p_name, left(p_slug, 60) || '-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8), p_plan, true) RETURNING org_id INTO v_org;
        END IF;
        INSERT INTO pending_registration (org_id, invitation_id, email, first_name, last_name, password_hash, token_hash, expires_at)
        VALUES (v_org, v_invitation.id, p_email, p_first, p_last, p_password_hash, p_token, now() + interval '7 days');
        IF v_known.id IS NOT NULL THEN
            RAISE EXCEPTION 'undone' USING ERRCODE = 'MU003';
        END IF;
        PERFORM mail_queue_in(v_org, NULL, p_email, 'confirm_registration', NULL, p_sealed);
    EXCEPTION
        WHEN SQLSTATE 'MU003' THEN
            PERFORM mail_queue_in(v_known.org_id, v_known.id, v_known.email, 'already_registered', NULL, NULL);
    END;
    RETURN 'waits';
END
$$;
