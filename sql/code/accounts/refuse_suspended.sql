-- Nobody signs in, joins or makes a key in a suspended organisation, whichever way leads there; in one that is going to be deleted people
-- still sign in, until its erasure begins, and nobody joins or makes a key. The lock makes who comes at the moment
-- of the suspension either see it or be seen by it. What there was before ends with the suspension itself.
CREATE OR REPLACE FUNCTION muster.refuse_suspended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_since timestamptz;
    v_ends timestamptz;
BEGIN
    SELECT o.suspended_at INTO v_since FROM org o WHERE o.org_id = NEW.org_id FOR SHARE;
    IF v_since IS NOT NULL THEN
        RAISE EXCEPTION 'the organisation is suspended' USING ERRCODE = 'MU002';
    END IF;
    SELECT e.ends_at INTO v_ends FROM org_ending e
    WHERE e.org_id = NEW.org_id AND (e.begun_at IS NOT NULL OR TG_TABLE_NAME IN ('api_key', 'app_user', 'intel_user')); -- a snapshot behind the lock
    IF v_ends IS NOT NULL THEN
        PERFORM org_ending_refuse(v_ends);
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER refuse_suspended BEFORE INSERT ON muster.user_session FOR EACH ROW EXECUTE FUNCTION muster.refuse_suspended();
CREATE OR REPLACE TRIGGER refuse_suspended BEFORE INSERT ON muster.pending_session FOR EACH ROW EXECUTE FUNCTION muster.refuse_suspended();
CREATE OR REPLACE TRIGGER refuse_suspended BEFORE INSERT ON muster.api_key FOR EACH ROW EXECUTE FUNCTION muster.refuse_suspended();
CREATE OR REPLACE TRIGGER refuse_suspended BEFORE INSERT ON muster.app_user FOR EACH ROW EXECUTE FUNCTION muster.refuse_suspended();
CREATE OR REPLACE TRIGGER refuse_suspended BEFORE INSERT ON muster.intel_user FOR EACH ROW WHEN (NEW.access_id IS NOT NULL)
    EXECUTE FUNCTION muster.refuse_suspended();
CREATE OR REPLACE TRIGGER refuse_suspended BEFORE INSERT ON muster.intel_token FOR EACH ROW EXECUTE FUNCTION muster.refuse_suspended();
