-- Nobody signs in, joins or makes a key in a suspended organisation, whichever way leads there. The lock makes who comes at the moment
-- of the suspension either see it or be seen by it. What there was before ends with the suspension itself.
CREATE OR REPLACE FUNCTION muster.refuse_suspended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_since timestamptz;
BEGIN
    SELECT o.suspended_at INTO v_since FROM org o WHERE o.org_id = NEW.org_id FOR SHARE;
    IF v_since IS NOT NULL THEN
        RAISE EXCEPTION 'the organisation is suspended' USING ERRCODE = 'MU002';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER refuse_suspended BEFORE INSERT ON muster.user_session FOR EACH ROW EXECUTE FUNCTION muster.refuse_suspended();
CREATE OR REPLACE TRIGGER refuse_suspended BEFORE INSERT ON muster.pending_session FOR EACH ROW EXECUTE FUNCTION muster.refuse_suspended();
CREATE OR REPLACE TRIGGER refuse_suspended BEFORE INSERT ON muster.api_key FOR EACH ROW EXECUTE FUNCTION muster.refuse_suspended();
CREATE OR REPLACE TRIGGER refuse_suspended BEFORE INSERT ON muster.app_user FOR EACH ROW EXECUTE FUNCTION muster.refuse_suspended();
