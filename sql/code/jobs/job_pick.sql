-- The job of this kind whose turn it is, locked; NULL when none is due. Organisations take turns: the next one behind p_after that has
-- something due, and of that its oldest. So 10,000 jobs of one organisation keep another's only one waiting for one of them. Where many
-- organisations in a row have something that is not due yet, 64 are looked at, and then the oldest job of all is taken.
CREATE OR REPLACE FUNCTION muster.job_pick(p_kind text, p_after uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    c_platform CONSTANT uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    v_org uuid := coalesce(p_after, c_platform);
    v_run_at timestamptz;
    v_id uuid;
BEGIN
    IF NOT EXISTS (SELECT FROM job j WHERE j.state IN ('QUEUED', 'RUNNING') AND j.kind = p_kind AND j.run_at <= now()) THEN
        RETURN NULL;
    END IF;
    FOR i IN 1 .. 64 LOOP
        SELECT coalesce(j.org_id, c_platform), j.run_at INTO v_org, v_run_at FROM job j
        WHERE j.state IN ('QUEUED', 'RUNNING') AND j.kind = p_kind AND coalesce(j.org_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') > v_org
        ORDER BY j.kind, coalesce(j.org_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), j.run_at LIMIT 1;
        IF NOT FOUND THEN
            v_org := '00000000-0000-0000-0000-000000000000'; -- the last one was served: from the beginning
        ELSIF v_run_at <= now() THEN
            SELECT j.id INTO v_id FROM job j
            WHERE j.state IN ('QUEUED', 'RUNNING') AND j.kind = p_kind AND coalesce(j.org_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = v_org
              AND j.run_at <= now()
            ORDER BY j.run_at LIMIT 1 FOR UPDATE SKIP LOCKED;
            IF FOUND THEN
                RETURN v_id;
            END IF;
        END IF;
    END LOOP;
    SELECT j.id INTO v_id FROM job j WHERE j.state IN ('QUEUED', 'RUNNING') AND j.kind = p_kind AND j.run_at <= now()
    ORDER BY j.run_at LIMIT 1 FOR UPDATE SKIP LOCKED;
    RETURN v_id;
END
$$;
