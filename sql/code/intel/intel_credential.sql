-- What an access id (p_hash NULL) or the digest of a token stands for, for whoever is going to check the signature or show the digest to
-- intel_enter(): it lets nobody in by itself. sealed: the secret key, which the database cannot open. No row: there is none, or it was
-- revoked. expired: of a token.
CREATE OR REPLACE FUNCTION muster.intel_credential(p_access_id text, p_hash bytea)
RETURNS TABLE (org text, access_id text, sealed text, expired boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    IF p_hash IS NULL THEN
        RETURN QUERY SELECT u.org_id::text, u.access_id, u.sealed, false FROM intel_user u
                     WHERE u.access_id = p_access_id AND u.revoked_at IS NULL;
    ELSE
        RETURN QUERY SELECT t.org_id::text, u.access_id, NULL::text, t.expires_at <= now()
                     FROM intel_token t JOIN intel_user u ON u.org_id = t.org_id AND u.id = t.api_user
                     WHERE t.token_hash = p_hash AND u.revoked_at IS NULL;
    END IF;
END
$$;
