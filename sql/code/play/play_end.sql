-- Waits until nothing writes for this organisation or person, an id either way, and lets nothing begin before the transaction's end:
-- whoever comes later finds what the erasure left.
CREATE OR REPLACE FUNCTION muster.play_end(p_whose uuid) RETURNS void LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('play:' || p_whose, 0));
END
$$;
