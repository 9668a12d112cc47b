-- Takes a job that is due, under the lease of its kind; no row when nothing may be taken. The caller lists its kinds with what it knows
-- of each: seconds of the lease, how many may run at once, whether it waits for somebody else's server, and the organisation that the
-- caller served last. The first kind with something to do wins, and in it the next organisation (job_pick). Kinds that wait for servers
-- leave one of the p_workers to all others together. resting: the kind's server was away, and this job finds out whether it still is.
--
-- What a killed worker has held is taken over when its lease has run out. attempt > max_attempts: the worker ended in every attempt, and
-- this one is only to end the job. Workers take one after the other, so that what they count is true.
CREATE OR REPLACE FUNCTION muster.job_take(p_kinds text[], p_leases integer[], p_limits integer[], p_waits boolean[], p_after uuid[], p_workers integer)
RETURNS TABLE (id uuid, kind text, attempt integer, max_attempts integer, org_id uuid, created_by uuid, mail_id uuid, payload jsonb,
               cancelled boolean, resting boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_waiting integer;
    v_running integer;
    v_rest timestamptz;
    v_id uuid;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('muster jobs'));
    SELECT count(*) INTO v_waiting FROM job j JOIN unnest(p_kinds, p_waits) AS k (name, waits) ON k.waits AND k.name = j.kind
    WHERE j.state = 'RUNNING' AND j.run_at > now();
    FOR i IN 1 .. cardinality(p_kinds) LOOP
        CONTINUE WHEN p_waits[i] AND v_waiting >= p_workers - 1;
        SELECT r.until INTO v_rest FROM job_rest r WHERE r.kind = p_kinds[i];
        SELECT count(*) INTO v_running FROM job j WHERE j.kind = p_kinds[i] AND j.state = 'RUNNING' AND j.run_at > now();
        CONTINUE WHEN v_rest > now() OR v_running >= CASE WHEN v_rest IS NULL THEN p_limits[i] ELSE 1 END;
        v_id := job_pick(p_kinds[i], p_after[i]);
        CONTINUE WHEN v_id IS NULL;
        RETURN QUERY
            UPDATE job j SET state = 'RUNNING', run_at = now() + make_interval(secs => least(greatest(p_leases[i], 1), 86400)),
                lease_until = now() + make_interval(secs => least(greatest(p_leases[i], 1), 86400)), attempts = j.attempts + 1
            WHERE j.id = v_id
            RETURNING j.id, j.kind, j.attempts, j.max_attempts, j.org_id, j.created_by, j.mail_id, j.payload, j.cancelled, v_rest IS NOT NULL;
        RETURN;
    END LOOP;
END
$$;
