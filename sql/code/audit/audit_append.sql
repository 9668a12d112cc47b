-- Appends an entry to an organisation's log. For functions that act before a tenant is entered; all others call audit(). The kind of
-- actor 'platform' has no row in the organisation.
CREATE OR REPLACE FUNCTION muster.audit_append(p_org uuid, p_actor uuid, p_action text, p_target_type text, p_target uuid, p_detail jsonb)
RETURNS bigint LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    r audit_log;
    v_head audit_head;
    v_actor text := current_setting('app.actor', true);
BEGIN
    SELECT * INTO v_head FROM audit_head h WHERE h.org_id = p_org FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_head (org_id, seq, hash) VALUES (p_org, 0, audit_first_hash(p_org)) ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT v_head FROM audit_head h WHERE h.org_id = p_org FOR NO KEY UPDATE;
    END IF;
    r.org_id := p_org;
    r.seq := v_head.seq + 1;
    -- Never before the last entry, also when the server's clock was set back: audit_seq() looks times up by numbers.
    r.at := greatest(clock_timestamp(), (SELECT l.at FROM audit_log l WHERE l.org_id = p_org AND l.seq = v_head.seq));
    r.actor_id := p_actor;
    r.actor_kind := CASE WHEN p_actor IS NOT NULL THEN CASE v_actor WHEN 'key' THEN 'key' ELSE 'session' END
                         WHEN v_actor = 'platform' THEN 'platform' ELSE 'system' END;
    r.actor_digest := audit_actor_digest(p_org, r.seq, p_actor);
    r.action := p_action;
    r.target_type := p_target_type;
    r.target_id := p_target;
    r.detail := coalesce(p_detail, '{}');
    r.request_id := nullif(current_setting('app.request_id', true), '');
    r.hash := audit_hash(v_head.hash, r);
    INSERT INTO audit_log SELECT r.*;
    UPDATE audit_head h SET seq = r.seq, hash = r.hash WHERE h.org_id = p_org;
    RETURN r.seq;
END
$$;
