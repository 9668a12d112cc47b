-- Registration: joins the inviting organisation, or creates one whose administrator the person becomes (rule A4). An invitation that
-- came by mail proves the address; otherwise p_verify is the link of the mail that will, with its sealed parameters. A slug that is
-- taken gets a random suffix. p_spellings: how the address may have been stored before. Verdicts: ok, bad_invitation; MU001 without a seat, 23505 when the address has an account.
CREATE OR REPLACE FUNCTION muster.register(
    p_email text, p_first text, p_last text, p_password_hash text, p_organization text, p_slug text, p_plan text, p_invite bytea,
    p_language text, p_verify bytea DEFAULT NULL, p_sealed text DEFAULT NULL, p_spellings text[] DEFAULT '{}',
    p_displaces boolean DEFAULT false
) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
    v_user uuid;
    v_role text := 'CLIENT_ADMIN';
    v_seats integer;
    v_invitation uuid;
    v_mail uuid;
BEGIN
    IF p_invite IS NOT NULL THEN
        -- Two who join at once must not both take the last seat.
        PERFORM seats_lock_of(i.org_id) FROM invitation i
        WHERE i.token_hash = p_invite AND i.accepted_at IS NULL AND i.expires_at > now() AND i.email = ANY (p_email || p_spellings);
        -- Where mail leaves the server, a mailed invitation proves the address, and what was made with it without a proof is in nobody's way.
        PERFORM unproven_displace(p_email || p_spellings) FROM invitation i
        WHERE p_displaces AND i.token_hash = p_invite AND i.accepted_at IS NULL AND i.expires_at > now() AND i.email = ANY (p_email || p_spellings)
          AND i.mail_id IS NOT NULL;
        UPDATE invitation SET accepted_at = now()
        WHERE token_hash = p_invite AND accepted_at IS NULL AND expires_at > now() AND email = ANY (p_email || p_spellings)
        RETURNING org_id, invitation.role, id, mail_id INTO v_org, v_role, v_invitation, v_mail;
        IF v_org IS NULL THEN
            RETURN 'bad_invitation';
        END IF;
        SELECT p.seats INTO v_seats FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = v_org;
        IF v_seats IS NOT NULL AND (SELECT count(*) FROM app_user WHERE org_id = v_org AND status = 'ACTIVE') >= v_seats THEN
            RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
        END IF;
        DELETE FROM removed_person r WHERE r.org_id = v_org AND r.email_digest IN (SELECT email_digest_of(v_org, e) FROM unnest(p_email || p_spellings) e);
        DELETE FROM pending_registration p WHERE p.org_id = v_org AND p.email = p_email;
    ELSE
        INSERT INTO org (name, slug, plan) VALUES (p_organization, p_slug, p_plan)
        ON CONFLICT (slug) DO NOTHING RETURNING org_id INTO v_org;
        IF v_org IS NULL THEN
            INSERT INTO org (name, slug, plan)
            VALUES (p_organization, left(p_slug, 60) || '-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8), p_plan)
            RETURNING org_id INTO v_org;
        END IF;
    END IF;
    IF EXISTS (SELECT FROM app_user u WHERE u.email = ANY (p_spellings)) THEN
        RAISE EXCEPTION 'this address has an account' USING ERRCODE = 'unique_violation';
    END IF;
    INSERT INTO app_user (org_id, email, first_name, last_name, role, language, email_verified_at)
    VALUES (v_org, p_email, p_first, p_last, v_role, p_language, CASE WHEN v_mail IS NOT NULL THEN now() END)
    RETURNING id INTO v_user;
    INSERT INTO credential (org_id, user_id, password_hash) VALUES (v_org, v_user, p_password_hash);
    IF v_mail IS NULL AND p_verify IS NOT NULL THEN
        INSERT INTO account_token (org_id, user_id, purpose, token_hash, expires_at)
        VALUES (v_org, v_user, 'verify_email', p_verify, now() + interval '7 days');
        PERFORM mail_queue_in(v_org, v_user, p_email, 'verify_email', o.language, p_sealed) FROM org o WHERE o.org_id = v_org;
    END IF;
    IF p_invite IS NULL THEN
        PERFORM audit_append(v_org, v_user, 'organization.registered', 'organization', v_org, jsonb_build_object('plan', p_plan));
        PERFORM audit_append(v_org, v_user, 'user.registered', 'user', v_user, jsonb_build_object('role', v_role));
    ELSE
        PERFORM joined_notify(v_org, v_user);
        PERFORM audit_append(v_org, v_user, 'user.joined', 'user', v_user, jsonb_build_object('role', v_role, 'invitation', v_invitation));
    END IF;
    RETURN 'ok';
END
$$;
