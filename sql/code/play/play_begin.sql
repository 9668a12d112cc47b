-- The first lock of whatever writes exercises, participants, answers or certificates for the running person (sql/README.md, "Order of
-- locks"). It is shared, so nobody waits for anybody until the person or the organisation is erased: play_end() takes it alone.
CREATE OR REPLACE FUNCTION muster.play_begin() RETURNS void LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('play:' || muster.org(), 0)),
            pg_advisory_xact_lock_shared(hashtextextended('play:' || muster.person(), 0));
END
$$;
