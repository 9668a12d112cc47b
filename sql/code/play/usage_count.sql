-- Counts one exercise of the running organisation in a month, in a lane that nobody else is writing to: whoever counts waits for nobody. A
-- new lane when none is free; when all 64 are taken, one of them.
CREATE OR REPLACE FUNCTION muster.usage_count(p_month date) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_key integer := hashtext('usage lanes ' || org());
    v_there smallint[];
    v_lane integer;
BEGIN
    SELECT u.lane INTO v_lane FROM org_usage u WHERE u.org_id = org() AND u.month = p_month ORDER BY u.lane LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        v_there := ARRAY(SELECT u.lane FROM org_usage u WHERE u.org_id = org() AND u.month = p_month);
        SELECT n INTO v_lane FROM generate_series(0, 63) AS n
        WHERE CASE WHEN n = ANY (v_there) THEN false ELSE pg_try_advisory_xact_lock(v_key, n) END LIMIT 1;
        v_lane := coalesce(v_lane, floor(random() * 64));
    END IF;
    INSERT INTO org_usage AS u (org_id, month, lane, exercises) VALUES (org(), p_month, v_lane, 1)
    ON CONFLICT (org_id, month, lane) DO UPDATE SET exercises = u.exercises + 1;
END
$$;
