-- An address as other tables of the running organisation may keep it.
CREATE OR REPLACE FUNCTION muster.email_digest(p_email text) RETURNS bytea LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$ BEGIN RETURN email_digest_of(org(), p_email); END $$;
