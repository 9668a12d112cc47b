-- An address as those tables keep it that hold for all organisations: with +something it is that of the same person.
CREATE OR REPLACE FUNCTION muster.mail_stop_digest(p_email text) RETURNS bytea LANGUAGE sql IMMUTABLE
AS $$ SELECT sha256(convert_to('mail ' || regexp_replace(p_email, '\+[^@]*@', '@'), 'UTF8')) $$;
