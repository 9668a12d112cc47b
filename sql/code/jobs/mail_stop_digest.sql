-- A mailbox as those tables keep it that hold for all organisations: an address with +something is that of the same one, as invite() counts.
CREATE OR REPLACE FUNCTION muster.mail_stop_digest(p_email text) RETURNS bytea LANGUAGE sql IMMUTABLE
AS $$ SELECT sha256(convert_to('mail ' || regexp_replace(p_email, '\+[^@]*@', '@'), 'UTF8')) $$;
