-- Two who change how many people an organisation has, or who its administrators are, wait for each other. Taken after every verdict that
-- can be told without it, and before all rows (sql/README.md).
CREATE OR REPLACE FUNCTION muster.seats_lock_of(p_org uuid) RETURNS void LANGUAGE plpgsql VOLATILE
AS $$ BEGIN PERFORM pg_advisory_xact_lock(hashtextextended('seats:' || p_org, 0)); END $$;
