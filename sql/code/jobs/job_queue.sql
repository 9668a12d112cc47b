-- Queues a job of the running organisation and person in the running transaction: its id, or NULL when p_limit of this kind wait for the
-- organisation already (a few more when many ask at the same time). p_run_at NULL: now. p_seen_by: who may see it besides the platform,
-- see job_get().
CREATE OR REPLACE FUNCTION muster.job_queue(p_kind text, p_payload jsonb, p_run_at timestamptz, p_max_attempts integer, p_seen_by text, p_limit integer)
RETURNS uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_id uuid;
BEGIN
    IF org() IS NULL OR p_limit NOT BETWEEN 1 AND 10000 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a job needs an organisation and a limit from 1 to 10000';
    END IF;
    IF (SELECT count(*) FROM (SELECT FROM job j WHERE j.org_id = org() AND j.kind = p_kind AND j.state = 'QUEUED' LIMIT p_limit) AS w) >= p_limit THEN
        RETURN NULL;
    END IF;
    INSERT INTO job (org_id, created_by, kind, payload, run_at, max_attempts, seen_by)
    VALUES (org(), person(), p_kind, p_payload, coalesce(p_run_at, now()), p_max_attempts, p_seen_by)
    RETURNING id INTO v_id;
    RETURN v_id;
END
$$;
