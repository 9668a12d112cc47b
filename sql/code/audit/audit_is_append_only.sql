-- Nobody edits the log. What may still happen to a row: its person was erased, or its organisation is gone.
CREATE OR REPLACE FUNCTION muster.audit_is_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.actor_id IS NULL AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id'
       AND NOT EXISTS (SELECT FROM muster.app_user u WHERE u.org_id = OLD.org_id AND u.id = OLD.actor_id) THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM muster.org o WHERE o.org_id = OLD.org_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = '23514';
END
$$;
CREATE OR REPLACE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON muster.audit_log
    FOR EACH ROW EXECUTE FUNCTION muster.audit_is_append_only();
CREATE OR REPLACE TRIGGER audit_is_not_truncated BEFORE TRUNCATE ON muster.audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION muster.audit_is_append_only();
