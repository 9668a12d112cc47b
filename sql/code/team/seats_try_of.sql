-- seats_lock_of() for who would rather come again than wait: whether it was to be had.
CREATE OR REPLACE FUNCTION muster.seats_try_of(p_org uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE
AS $$ BEGIN RETURN pg_try_advisory_xact_lock(hashtextextended('seats:' || p_org, 0)); END $$;
