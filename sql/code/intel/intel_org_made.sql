-- Every tenant has its Organization from the beginning; forgot()'s nobody has none.
CREATE OR REPLACE FUNCTION muster.intel_org_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    INSERT INTO intel_owner (home, kind) VALUES (NEW.org_id, 'Organization');
    INSERT INTO intel_member (org_id, owner_id, role, accepted_at)
    SELECT o.home, o.id, 'Director', now() FROM intel_owner o WHERE o.home = NEW.org_id;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER intel_org_made AFTER INSERT ON muster.org FOR EACH ROW WHEN (isfinite(NEW.created_at))
EXECUTE FUNCTION muster.intel_org_made();
