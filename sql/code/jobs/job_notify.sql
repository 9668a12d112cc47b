-- Wakes the workers for a job that is due.
CREATE OR REPLACE FUNCTION muster.job_notify() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    NOTIFY muster_jobs;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER job_notify AFTER INSERT ON muster.job FOR EACH ROW WHEN (NEW.run_at <= now()) EXECUTE FUNCTION muster.job_notify();
