-- Whether an organisation may act once more in this hour: MU005 when it has done as much as app.limit_writes says, a setting of the server
-- (0 or nothing: no limit). p_done: what the lane has of this hour. As long as that is no more than a lane's part of the limit nobody looks
-- at the others. Acts that are under way count when they are done, so there may be a few more, one a lane. What lets people in, and what
-- takes something away from somebody, has as much again: an organisation that is out of budget can still stop whoever uses it up.
-- Callers have set the search path.
CREATE OR REPLACE FUNCTION muster.audit_budget(p_org uuid, p_lane smallint, p_hour timestamptz, p_done bigint, p_action text) RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_limit bigint := coalesce(nullif(current_setting('app.limit_writes', true), ''), '0')::bigint;
BEGIN
    IF p_action ~ '^(user|platform)\.|\.(revoked|removed|deleted|deletion_asked|restored)$' THEN
        v_limit := 2 * v_limit;
    END IF;
    IF v_limit = 0 OR p_done < v_limit / 64 THEN
        RETURN;
    END IF;
    IF p_done + (SELECT coalesce(sum(h.link - h.hour_link), 0) FROM muster.audit_head h
                 WHERE h.org_id = p_org AND h.lane <> p_lane AND h.hour = p_hour) >= v_limit THEN
        RAISE EXCEPTION 'the organisation has acted % times in this hour', v_limit USING ERRCODE = 'MU005';
    END IF;
END
$$;
