-- The number of an organisation's first entry at or after a moment; one more than the last when there is none. Entries have no gaps and
-- their times never go back (audit_append), so it is found by halving: no index on the times.
CREATE OR REPLACE FUNCTION muster.audit_seq(p_org uuid, p_at timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_first bigint := 1;
    v_end bigint := 1 + coalesce((SELECT l.seq FROM muster.audit_log l WHERE l.org_id = p_org ORDER BY l.seq DESC LIMIT 1), 0);
    v_half bigint;
BEGIN
    WHILE v_first < v_end LOOP
        v_half := (v_first + v_end) / 2;
        IF (SELECT l.at >= p_at FROM muster.audit_log l WHERE l.org_id = p_org AND l.seq = v_half) THEN
            v_end := v_half;
        ELSE
            v_first := v_half + 1;
        END IF;
    END LOOP;
    RETURN v_first;
END
$$;
