-- Notes that a credential is in use. It is written in the transaction of whoever uses it, so a row that somebody else holds is left
-- alone: that one notes it, or the next use does (rule G6). Organisation and person come first: who removes them waits for this
-- transaction, and not it for them.
CREATE OR REPLACE FUNCTION muster.last_use_note(p_kind text, p_org uuid, p_credential uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    IF p_kind = 'key' THEN
        PERFORM FROM api_key k JOIN app_user u ON u.org_id = k.org_id AND u.id = k.user_id JOIN org o ON o.org_id = k.org_id
        WHERE k.org_id = p_org AND k.id = p_credential
        FOR KEY SHARE OF o SKIP LOCKED FOR KEY SHARE OF u SKIP LOCKED FOR NO KEY UPDATE OF k SKIP LOCKED;
        IF FOUND THEN
            UPDATE api_key k SET last_used_at = now() WHERE k.org_id = p_org AND k.id = p_credential;
        END IF;
    ELSE
        PERFORM FROM user_session s JOIN app_user u ON u.org_id = s.org_id AND u.id = s.user_id JOIN org o ON o.org_id = s.org_id
        WHERE s.org_id = p_org AND s.id = p_credential
        FOR KEY SHARE OF o SKIP LOCKED FOR KEY SHARE OF u SKIP LOCKED FOR NO KEY UPDATE OF s SKIP LOCKED;
        IF FOUND THEN
            UPDATE user_session s SET last_seen_at = now() WHERE s.org_id = p_org AND s.id = p_credential;
        END IF;
    END IF;
END
$$;
