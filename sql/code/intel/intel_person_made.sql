-- Every person has a number from the beginning; forgot()'s nobody has none.
CREATE OR REPLACE FUNCTION muster.intel_person_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    INSERT INTO intel_user (org_id, user_id) VALUES (NEW.org_id, NEW.id);
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER intel_person_made AFTER INSERT ON muster.app_user FOR EACH ROW WHEN (isfinite(NEW.created_at))
EXECUTE FUNCTION muster.intel_person_made();
