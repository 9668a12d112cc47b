-- Row security. A table with a column org_id is a tenant's, by itself: row security is forced on it, and whoever reads or writes sees the
-- rows of the tenant that was entered (rule A3). The function is in a sub-select so that it is asked once a statement.
--
-- muster_lookup, which owns the functions that must look across tenants and cannot log in, sees all rows of these tables; what it may
-- do with them is in tables.sql.
CREATE TEMPORARY TABLE want_policy ON COMMIT DROP AS
SELECT c.relname::text AS table_name, 'tenant' AS name, 'public' AS role, 'org_id = (SELECT muster.org())' AS condition
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped
WHERE c.relnamespace = 'muster'::regnamespace AND c.relkind IN ('r', 'p')
UNION ALL
-- Intelligence is seen by all organisations that are members of its owner.
SELECT 'intel_owner', 'owner', 'public', 'id = ANY ((SELECT muster.intel_visible())::integer[])'
UNION ALL
SELECT table_name, 'lookup', 'muster_lookup', 'true'
FROM unnest(ARRAY[
    'account_token', 'api_key', 'app_user', 'audit_head', 'audit_log', 'certificate', 'credential', 'exercise', 'intel_member', 'intel_owner', 'intel_token', 'intel_user', 'invitation', 'job', 'known_device', 'mail',
    'mail_optout', 'mail_unsubscribe', 'org', 'org_branding', 'org_domain', 'org_ending', 'org_usage', 'outbox', 'pending_registration',
    'pending_session', 'recovery_code', 'removed_person', 'second_factor', 'user_session']) AS table_name;
