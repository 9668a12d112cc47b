-- Takes an attempt of each kind in turn until one refuses: which (0: none), and the seconds to wait. Then it was an attempt of the first
-- kind alone: of the address, whatever it was aimed at. All callers name narrow ones before wide ones, so nobody waits in a circle.
CREATE OR REPLACE FUNCTION muster.attempt_take_each(p_kinds text[], p_keys bytea[], p_limits integer[], p_seconds integer,
                                                    OUT wait integer, OUT refused integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    wait := 0;
    refused := 0;
    FOR i IN 1..cardinality(p_kinds) LOOP
        wait := attempt_take(p_kinds[i], p_keys[i], p_limits[i], p_seconds);
        IF wait > 0 THEN
            refused := i;
            PERFORM attempt_back(p_kinds[2:i - 1], p_keys[2:i - 1]);
            RETURN;
        END IF;
    END LOOP;
END
$$;
