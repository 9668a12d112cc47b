-- Gives one attempt of each kind back. What has none left is as if it had never been counted. In the order of attempt_take_each().
CREATE OR REPLACE FUNCTION muster.attempt_back(p_kinds text[], p_keys bytea[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_count integer;
BEGIN
    FOR i IN 1..cardinality(p_kinds) LOOP
        UPDATE attempt a SET count = a.count - 1 WHERE a.kind = p_kinds[i] AND a.key = p_keys[i] RETURNING a.count INTO v_count;
        IF v_count <= 0 THEN
            DELETE FROM attempt a WHERE a.kind = p_kinds[i] AND a.key = p_keys[i];
        END IF;
    END LOOP;
END
$$;
