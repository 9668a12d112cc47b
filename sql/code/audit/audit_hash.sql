-- The canonical row is a JSON array: nothing in it depends on settings of the session.
CREATE OR REPLACE FUNCTION muster.audit_hash(p_previous bytea, p muster.audit_log) RETURNS bytea LANGUAGE sql STABLE
AS $$
    SELECT sha256(p_previous || convert_to(jsonb_build_array(
        p.org_id, p.seq, (extract(epoch FROM p.at) * 1000000)::bigint, p.actor_kind, encode(p.actor_digest, 'hex'), p.action,
        p.target_type, p.target_id, p.detail, p.request_id)::text, 'UTF8'))
$$;
