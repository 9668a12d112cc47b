-- An address as those tables keep it that hold for all organisations.
CREATE OR REPLACE FUNCTION muster.mail_stop_digest(p_email text) RETURNS bytea LANGUAGE sql IMMUTABLE
AS $$ SELECT sha256(convert_to('mail ' || p_email, 'UTF8')) $$;
