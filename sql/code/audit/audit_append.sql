-- Appends an entry to an organisation's log, in a lane that nobody else is writing to; returns its number. To be called last in a
-- transaction: the lane is taken until the commit. For functions that act before a tenant is entered; all others call audit(). The kind
-- of actor 'platform' has no row in the organisation. p_gone: the actor was erased by this very act. Callers have set the search path.
-- What people do counts in the organisation's budget (audit_budget()); what others do to it does not, and neither does erasure.
CREATE OR REPLACE FUNCTION muster.audit_append(p_org uuid, p_actor uuid, p_action text, p_target_type text, p_target uuid, p_detail jsonb,
                                               p_gone boolean DEFAULT false)
RETURNS bigint LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    r muster.audit_log;
    v_head muster.audit_head;
    v_actor text := current_setting('app.actor', true);
    v_hour timestamptz := date_trunc('hour', now(), 'UTC');
BEGIN
    r.detail := coalesce(p_detail, '{}');
    IF p_action !~ '^[a-z_]+\.[a-z_]+$' OR length(p_action) > 60 OR p_target_type !~ '^[a-z_]{1,40}$' OR jsonb_typeof(r.detail) <> 'object' THEN
        RAISE EXCEPTION 'this is no entry of the audit log: %, %, %', p_action, p_target_type, r.detail USING ERRCODE = '23514';
    END IF;
    SELECT * INTO v_head FROM muster.audit_head h WHERE h.org_id = p_org ORDER BY h.lane LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        v_head := muster.audit_lane_open(p_org);
    END IF;
    IF v_head.hour <> v_hour THEN
        v_head.hour := v_hour;
        v_head.hour_link := v_head.link;
    END IF;
    IF p_actor IS NULL OR p_gone THEN
        v_head.hour_link := v_head.hour_link + 1;
    ELSE
        PERFORM muster.audit_budget(p_org, v_head.lane, v_hour, v_head.link - v_head.hour_link, p_action);
    END IF;
    r.org_id := p_org;
    r.lane := v_head.lane;
    r.link := v_head.link + 1;
    r.seq := nextval('muster.audit_number');
    r.at := clock_timestamp();
    r.actor_id := CASE WHEN p_gone THEN NULL ELSE p_actor END;
    r.actor_kind := CASE WHEN p_actor IS NOT NULL THEN CASE v_actor WHEN 'key' THEN 'key' ELSE 'session' END
                         WHEN p_org = muster.org() AND muster.intel_api_user() IS NOT NULL THEN 'key'
                         WHEN v_actor = 'platform' THEN 'platform' ELSE 'system' END;
    r.actor_digest := muster.audit_actor_digest(p_org, r.seq, p_actor);
    r.action := p_action;
    r.target_type := p_target_type;
    r.target_id := p_target;
    r.request_id := nullif(current_setting('app.request_id', true), '');
    r.hash := muster.audit_hash(v_head.hash, r);
    INSERT INTO muster.audit_log VALUES (r.*);
    UPDATE muster.audit_head h SET link = r.link, seq = r.seq, hash = r.hash, hour = v_hour, hour_link = v_head.hour_link
    WHERE h.org_id = p_org AND h.lane = r.lane;
    RETURN r.seq;
END
$$;
