-- An address as other tables may keep it: different in every organisation.
CREATE OR REPLACE FUNCTION muster.email_digest(p_org uuid, p_email text) RETURNS bytea LANGUAGE sql IMMUTABLE
AS $$ SELECT sha256(convert_to(p_org::text || ' ' || p_email, 'UTF8')) $$;
