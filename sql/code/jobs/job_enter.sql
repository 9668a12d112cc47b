-- Enters the organisation and person of a job, for the attempt that runs it and no other: the worker sees tenants that it has work of. The
-- platform's jobs enter none.
CREATE OR REPLACE FUNCTION muster.job_enter(p_id uuid, p_attempt integer) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
    v_person uuid;
BEGIN
    SELECT j.org_id, j.created_by INTO v_org, v_person FROM job j WHERE j.id = p_id AND j.state = 'RUNNING' AND j.attempts = p_attempt;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'MU040', MESSAGE = 'the job is somebody else''s by now';
    END IF;
    PERFORM enter_as(v_org, v_person);
END
$$;
