-- Two who change how many people the running organisation has wait for each other.
CREATE OR REPLACE FUNCTION muster.seats_lock() RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$ BEGIN PERFORM seats_lock_of(org()); END $$;
