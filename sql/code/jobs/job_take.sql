-- Takes the job of these kinds that has waited longest, under a lease of p_lease seconds; no row when nothing is due. Workers never
-- wait for each other. What a killed worker has held is taken over; what killed its worker every time is dead.
CREATE OR REPLACE FUNCTION muster.job_take(p_kinds text[], p_lease integer)
RETURNS TABLE (id uuid, kind text, attempt integer, org_id uuid, mail_id uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_id uuid;
BEGIN
    WITH lost AS (
        SELECT j.id FROM job j WHERE j.state = 'RUNNING' AND j.run_at <= now() AND j.attempts >= j.max_attempts FOR UPDATE SKIP LOCKED),
    dead AS (
        UPDATE job j SET state = 'DEAD', lease_until = NULL, finished_at = now(), last_error = 'The worker ended while it ran.'
        FROM lost WHERE j.id = lost.id RETURNING j.org_id, j.mail_id)
    UPDATE mail m SET state = 'DEAD', finished_at = now() FROM dead WHERE m.org_id = dead.org_id AND m.id = dead.mail_id;
    SELECT j.id INTO v_id FROM job j
    WHERE j.state IN ('QUEUED', 'RUNNING') AND j.run_at <= now() AND j.kind = ANY (p_kinds)
    ORDER BY j.run_at LIMIT 1 FOR UPDATE SKIP LOCKED;
    RETURN QUERY
        UPDATE job j SET state = 'RUNNING', run_at = now() + make_interval(secs => p_lease),
            lease_until = now() + make_interval(secs => p_lease), attempts = j.attempts + 1
        WHERE j.id = v_id
        RETURNING j.id, j.kind, j.attempts, j.org_id, j.mail_id;
END
$$;
