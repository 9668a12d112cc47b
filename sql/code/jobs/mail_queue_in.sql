-- Queues a mail in the running transaction. p_user NULL: somebody who has no account yet. p_language NULL: the person's, else the
-- organisation's. p_sealed: a JSON object of strings, sealed by common/mail/mail.h; NULL when the template needs none from the caller.
-- With the back-off of job_fail() the attempts reach over more than a day.
CREATE OR REPLACE FUNCTION muster.mail_queue_in(p_org uuid, p_user uuid, p_to text, p_kind text, p_language text, p_sealed text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_mail uuid;
BEGIN
    INSERT INTO mail (org_id, user_id, recipient, kind, language, sealed)
    SELECT p_org, p_user, p_to, p_kind, coalesce(p_language, u.language, o.language), p_sealed
    FROM org o LEFT JOIN app_user u ON u.org_id = o.org_id AND u.id = p_user
    WHERE o.org_id = p_org
    RETURNING id INTO STRICT v_mail;
    INSERT INTO job (org_id, kind, mail_id, max_attempts) VALUES (p_org, 'mail', v_mail, 70);
    RETURN v_mail;
END
$$;
