-- An address as other tables may keep it: different in every organisation.
CREATE OR REPLACE FUNCTION muster.email_digest_of(p_org uuid, p_email text) RETURNS bytea LANGUAGE plpgsql STABLE
AS $$ BEGIN RETURN sha256(convert_to(p_org || ' ' || p_email, 'UTF8')); END $$;
