-- Somebody forgot a password, or says so (p_spellings: other spellings of the address, each with the mail's parameters for it): queues the mail with the link when an active account has the address. It takes as long whoever
-- asks (rule A8): where no active account has the address, about as many rows are written for somebody who does not exist, and undone,
-- since from outside one could measure what they take: a link and its mail as for an account, and an organisation and a person instead
-- of the entry of a log. The worker is woken as well, for nothing.
CREATE OR REPLACE FUNCTION muster.forgot(p_email text, p_token bytea, p_sealed text, p_key bytea,
                                         p_spellings text[] DEFAULT '{}', p_each_sealed text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
    v_user uuid;
    v_email text;
BEGIN
    PERFORM unknown_noted('forgot-asked', p_key);
    SELECT u.org_id, u.id, u.email INTO v_org, v_user, v_email FROM app_user u
    WHERE u.email = ANY (p_email || p_spellings) AND u.status = 'ACTIVE'
    ORDER BY array_position(p_email || p_spellings, u.email) LIMIT 1;
    IF v_user IS NOT NULL THEN
        PERFORM forgot_link(v_org, v_user, v_email, p_token, (p_sealed || p_each_sealed)[array_position(p_email || p_spellings, v_email)]);
        PERFORM audit_append(v_org, NULL, 'user.reset_requested', 'user', v_user, NULL);
        RETURN;
    END IF;
    BEGIN
        -- They never began: nothing comes with them.
        INSERT INTO org (name, slug, plan, created_at)
        SELECT 'Nobody', gen_random_uuid()::text, min(p.name), '-infinity' FROM plan p RETURNING org_id INTO v_org;
        INSERT INTO app_user (org_id, email, first_name, last_name, role, created_at)
        VALUES (v_org, gen_random_uuid() || '@example.invalid', 'Nobody', 'Nobody', 'MEMBER', '-infinity') RETURNING id INTO v_user;
        PERFORM forgot_link(v_org, v_user, 'nobody@example.invalid', p_token, p_sealed);
        RAISE EXCEPTION 'undone' USING ERRCODE = 'MU003';
    EXCEPTION
        WHEN SQLSTATE 'MU003' THEN
            NOTIFY muster_jobs;
    END;
END
$$;
