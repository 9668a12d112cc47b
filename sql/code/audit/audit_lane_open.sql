-- A new lane of an organisation's log, for a writer who found none free: the first that nobody else is opening at this moment. When all
-- 64 are there and taken, one of them, by chance, as soon as it is free. Entries come last in a transaction, so it will be soon.
CREATE OR REPLACE FUNCTION muster.audit_lane_open(p_org uuid) RETURNS muster.audit_head
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_key integer := hashtext(concat('audit lanes ', p_org));
    v_there smallint[];
    v_lane integer;
    v_head audit_head;
BEGIN
    LOOP
        v_there := ARRAY(SELECT h.lane FROM audit_head h WHERE h.org_id = p_org);
        SELECT n INTO v_lane FROM generate_series(0, 63) AS n
        WHERE CASE WHEN n = ANY (v_there) THEN false ELSE pg_try_advisory_xact_lock(v_key, n) END LIMIT 1;
        IF FOUND THEN
            INSERT INTO audit_head (org_id, lane, link, seq, hash) VALUES (p_org, v_lane, 0, 0, audit_first_hash(p_org, v_lane))
            ON CONFLICT DO NOTHING RETURNING * INTO v_head;
        ELSIF cardinality(v_there) > 0 THEN
            SELECT * INTO v_head FROM audit_head h WHERE h.org_id = p_org ORDER BY random() LIMIT 1 FOR NO KEY UPDATE;
        ELSE
            PERFORM pg_advisory_xact_lock(v_key, 0);
        END IF;
        EXIT WHEN v_head.lane IS NOT NULL;
    END LOOP;
    RETURN v_head;
END
$$;
