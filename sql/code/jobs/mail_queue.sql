-- Queues a mail of the running organisation: mail_queue_in() says how.
CREATE OR REPLACE FUNCTION muster.mail_queue(p_user uuid, p_to text, p_kind text, p_language text, p_sealed text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$ BEGIN RETURN mail_queue_in(org(), p_user, p_to, p_kind, p_language, p_sealed); END $$;
