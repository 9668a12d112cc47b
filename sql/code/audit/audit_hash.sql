-- The hash of an entry that follows on p_previous. What is hashed depends on no setting of the session. Entries without a link are of
-- the first release, and so is their form.
CREATE OR REPLACE FUNCTION muster.audit_hash(p_previous bytea, p muster.audit_log) RETURNS bytea LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF p.link IS NULL THEN
        RETURN sha256(p_previous || convert_to(jsonb_build_array(
            p.org_id, p.seq, (extract(epoch FROM p.at) * 1000000)::bigint, p.actor_kind, encode(p.actor_digest, 'hex'), p.action,
            p.target_type, p.target_id, p.detail, p.request_id)::text, 'UTF8'));
    END IF;
    RETURN sha256(p_previous || convert_to(
        p.org_id || ' ' || p.lane || ' ' || p.link || ' ' || p.seq || ' ' || (extract(epoch FROM p.at) * 1000000)::bigint || ' ' || p.actor_kind
        || ' ' || coalesce(encode(p.actor_digest, 'hex'), '-') || ' ' || p.action || ' ' || p.target_type || ' '
        || coalesce(p.target_id::text, '-') || ' ' || coalesce(quote_literal(p.request_id), '-') || ' ' || p.detail, 'UTF8'));
END
$$;
