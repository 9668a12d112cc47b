-- One step of the erasure of an organisation whose time has come: its id, or NULL when there is none. Each step is a transaction of its
-- own and short; whoever is killed in one leaves what the step before left, and the next one goes on there.
--
-- 1. The beginning, which cannot be taken back: nobody is signed in any more, no key works, nobody comes in (refuse_suspended()).
-- 2. Exercises, p_exercises at a time, with their answers and certificates.
-- 3. Everything else, with the receipt, and the entry in the log of the platform's administrator who had asked for it.
--
-- Only the job calls this, and one at a time, so nobody takes a step of somebody else's.
CREATE OR REPLACE FUNCTION muster.org_ending_step(p_exercises integer DEFAULT 200) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v org_ending;
BEGIN
    SELECT * INTO v FROM org_ending e WHERE e.ends_at <= now() ORDER BY e.begun_at, e.ends_at, e.org_id LIMIT 1;
    IF v.org_id IS NULL THEN
        RETURN NULL;
    ELSIF v.begun_at IS NULL THEN
        PERFORM FROM org o WHERE o.org_id = v.org_id FOR NO KEY UPDATE; -- who restores it at this moment was first, or comes too late
        UPDATE org_ending e SET begun_at = now() WHERE e.org_id = v.org_id AND e.ends_at <= now();
        IF FOUND THEN
            DELETE FROM user_session s WHERE s.org_id = v.org_id;
            DELETE FROM pending_session s WHERE s.org_id = v.org_id;
            DELETE FROM api_key k WHERE k.org_id = v.org_id;
            PERFORM intel_revoke(v.org_id, NULL, NULL);
        END IF;
        RETURN v.org_id;
    END IF;
    PERFORM seats_lock_of(v.org_id), play_end(v.org_id);
    DELETE FROM exercise e WHERE e.org_id = v.org_id
        AND e.id IN (SELECT x.id FROM exercise x WHERE x.org_id = v.org_id ORDER BY x.id LIMIT p_exercises);
    IF FOUND THEN
        RETURN v.org_id;
    END IF;
    PERFORM org_erase(v.org_id, v.receipt);
    PERFORM FROM org o WHERE o.org_id = v.asked_in FOR KEY SHARE;
    IF FOUND THEN
        PERFORM audit_append(v.asked_in, NULL, 'platform.organization_deleted', 'organization', v.org_id,
                             jsonb_build_object('organization', v.org_id, 'receipt', v.receipt));
    END IF;
    RETURN v.org_id;
END
$$;
