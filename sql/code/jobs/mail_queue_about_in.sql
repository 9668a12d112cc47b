-- Queues a mail whose words are all in the database: about a person who joined, or an exercise. It can wait for the worker's next look
-- into the queue, so nobody is notified: a commit that notifies waits for all others that do. NULL, and nothing queued, for a person who
-- does not want this kind of mail or is not active.
CREATE OR REPLACE FUNCTION muster.mail_queue_about_in(p_org uuid, p_user uuid, p_kind text, p_about_user uuid, p_about_exercise uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_mail uuid;
BEGIN
    INSERT INTO mail (org_id, user_id, recipient, kind, language, about_user_id, about_exercise_id)
    SELECT p_org, p_user, u.email, p_kind, coalesce(u.language, o.language), p_about_user, p_about_exercise
    FROM org o JOIN app_user u ON u.org_id = o.org_id
    WHERE o.org_id = p_org AND u.id = p_user AND u.status = 'ACTIVE'
      AND NOT EXISTS (SELECT FROM mail_optout t WHERE t.org_id = p_org AND t.user_id = p_user AND t.topic = mail_topic(p_kind))
    RETURNING id INTO v_mail;
    IF v_mail IS NOT NULL THEN
        INSERT INTO job (org_id, kind, mail_id, max_attempts, run_at) VALUES (p_org, 'mail', v_mail, 70, now() + interval '1 second');
    END IF;
    RETURN v_mail;
END
$$;
