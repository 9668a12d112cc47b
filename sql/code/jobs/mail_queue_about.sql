-- Queues a mail about somebody or something of the running organisation: mail_queue_about_in() says how.
CREATE OR REPLACE FUNCTION muster.mail_queue_about(p_user uuid, p_kind text, p_about_user uuid, p_about_exercise uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$ BEGIN RETURN mail_queue_about_in(org(), p_user, p_kind, p_about_user, p_about_exercise); END $$;
