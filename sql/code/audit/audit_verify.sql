-- The number of the first entry that is not what was written, or does not follow on the one before in its lane; where entries were cut
-- off at the end of a lane, the number of the last one. NULL when all chains are whole. One pass over the log, whatever its length.
CREATE OR REPLACE FUNCTION muster.audit_verify(p_org uuid) RETURNS bigint LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
DECLARE
    r audit_log;
    v_hash bytea[] := array_fill(NULL::bytea, ARRAY[64]);
    v_link bigint[] := array_fill(0::bigint, ARRAY[64]);
    v_end bigint[] := array_fill(0::bigint, ARRAY[64]);
    n integer;
BEGIN
    FOR n IN 1..64 LOOP
        v_hash[n] := audit_first_hash(p_org, n - 1);
        v_end[n] := coalesce((SELECT h.link FROM audit_head h WHERE h.org_id = p_org AND h.lane = n - 1), 0);
    END LOOP;
    FOR r IN SELECT * FROM audit_log l WHERE l.org_id = p_org ORDER BY l.seq LOOP
        n := r.lane + 1;
        v_link[n] := v_link[n] + 1;
        IF coalesce(r.link, r.seq) <> v_link[n] OR v_link[n] > v_end[n] OR r.hash IS DISTINCT FROM audit_hash(v_hash[n], r)
           OR r.actor_digest <> audit_actor_digest(p_org, r.seq, r.actor_id) OR (r.actor_id IS NOT NULL AND r.actor_digest IS NULL) THEN
            RETURN r.seq;
        END IF;
        v_hash[n] := r.hash;
    END LOOP;
    RETURN (SELECT min(h.seq) FROM audit_head h
            WHERE h.org_id = p_org AND (h.link <> v_link[h.lane + 1] OR h.hash IS DISTINCT FROM v_hash[h.lane + 1]));
END
$$;
