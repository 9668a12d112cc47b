-- API users end with whoever made them, as keys do, and the other administrators (twenty at most) are told: programs of the organisation
-- may have used them. An organisation that goes as a whole has nobody to tell.
CREATE OR REPLACE FUNCTION muster.intel_maker_leaves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM org o WHERE o.org_id = OLD.org_id) AND intel_revoke(OLD.org_id, OLD.id, NULL) > 0 THEN
        PERFORM mail_queue_in(o.org_id, a.id, a.email, 'api_users_revoked', NULL, NULL)
        FROM org o CROSS JOIN LATERAL (
            SELECT u.id, u.email FROM app_user u
            WHERE u.org_id = o.org_id AND u.id <> OLD.id AND u.role = 'CLIENT_ADMIN' AND u.status = 'ACTIVE'
            ORDER BY u.created_at, u.id LIMIT 20) a
        WHERE o.org_id = OLD.org_id;
    END IF;
    RETURN OLD;
END
$$;
CREATE OR REPLACE TRIGGER intel_maker_leaves BEFORE DELETE ON muster.app_user FOR EACH ROW EXECUTE FUNCTION muster.intel_maker_leaves();
