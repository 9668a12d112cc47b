-- A time as the API writes it.
CREATE OR REPLACE FUNCTION muster.iso_time(p timestamptz) RETURNS text LANGUAGE sql STABLE
AS $$ SELECT to_char(p AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;
