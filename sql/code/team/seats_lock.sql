-- Two who change how many people an organisation has wait for each other.
CREATE OR REPLACE FUNCTION muster.seats_lock(p_org uuid) RETURNS void LANGUAGE sql VOLATILE
AS $$ SELECT pg_advisory_xact_lock(hashtextextended('seats:' || p_org, 0)) $$;
