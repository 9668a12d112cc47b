-- Rule G6: whoever notes an act in the log has done it by then, so that the end of the log is held for as short as can be. Every table
-- refuses, here, what is written behind an entry in the same act.
\ir begin.psql

CREATE FUNCTION public.too_late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'audit_log' AND TG_OP = 'INSERT' THEN
        PERFORM set_config('test.noted', 'yes', true);
    ELSIF TG_TABLE_NAME <> 'audit_log' AND current_setting('test.noted', true) = 'yes' THEN
        RAISE EXCEPTION '% is written behind the log', TG_TABLE_NAME USING ERRCODE = 'TEST1';
    END IF;
    RETURN NULL;
END $$;
-- An act as a family does it: what it says, and whether the log was written.
CREATE FUNCTION pg_temp.act(p_role text, p_sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v text;
BEGIN
    PERFORM set_config('test.noted', 'no', true);
    v := value(p_role, p_sql);
    v := v || CASE current_setting('test.noted') WHEN 'yes' THEN ' noted' ELSE '' END;
    PERFORM set_config('test.noted', 'no', true);
    RETURN v;
END $$;

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD admin uuid, ADD member uuid, ADD other uuid;
UPDATE us SET admin = a_person(org, 'CLIENT_ADMIN', 'admin@example.com'), member = a_person(org, 'MEMBER', 'member@example.com'), other = a_person(org);
SELECT one_of_everything(org, member) FROM us;
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT c.oid::regclass AS tab FROM pg_class c WHERE c.relnamespace = 'muster'::regnamespace AND c.relkind = 'r' AND c.relname <> 'audit_head' LOOP
        EXECUTE format('CREATE TRIGGER too_late AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH STATEMENT EXECUTE FUNCTION public.too_late()', t.tab);
    END LOOP;
END $$;

SELECT enter(org, admin) FROM us;

SELECT is(pg_temp.act('muster_auth', format('SELECT muster.user_change(%L, ''FACILITATOR'', ''DEACTIVATED'')', member)), 'ok noted', 'G6: user_change') FROM us;
SELECT is(pg_temp.act('muster_auth', format('SELECT muster.user_change(%L, NULL, ''ACTIVE'')', member)), 'ok noted', 'G6: user_change, back again') FROM us;
SELECT is(pg_temp.act('muster_auth', format('SELECT muster.user_remove(%L)', member)), 'ok noted', 'G6: user_remove') FROM us;
SELECT is(pg_temp.act('muster_auth', $$ SELECT count(*) FROM muster.invite('{a@x.example,b@x.example}', ARRAY[sha256('a'), sha256('b')], 'MEMBER', 7, '{s,s}', 0) $$), '2 noted', 'G6: invite');
SELECT is(pg_temp.act('muster_auth', $$ SELECT count(*) FROM muster.invite('{a@x.example,b@x.example}', ARRAY[sha256('c'), sha256('d')], 'MEMBER', 7) $$), '2 noted', 'G6: invite again');
SELECT is(pg_temp.act('muster_auth', $$ SELECT muster.register('a@x.example', 'A', 'B', 'h', 'x', 'x', 'FREE', sha256('c'), 'en', sha256('v'), 's') $$), 'ok noted', 'G6: register, invited');
SELECT is(pg_temp.act('muster_auth', $$ SELECT muster.register('n@x.example', 'A', 'B', 'h', 'X', 'x', 'FREE', NULL, 'en', sha256('w'), 's') $$), 'ok noted', 'G6: register, alone');
SELECT enter(org_id, id) FROM muster.app_user WHERE email = 'n@x.example';
SELECT an_invitation(org, 'n@x.example', 'move') FROM us;
SELECT is(pg_temp.act('muster_auth', $$ SELECT verdict FROM muster.invitation_accept(sha256('move')) $$), 'ok noted', 'G6: invitation_accept');
SELECT a_domain(org, 'joins.example') FROM us;
INSERT INTO muster.pending_registration (org_id, domain_id, email, first_name, last_name, password_hash, token_hash, expires_at)
SELECT org_id, id, 'j@joins.example', 'J', 'J', 'h', sha256('join'), now() + interval '1 day' FROM muster.org_domain WHERE domain = 'joins.example';
SELECT is(pg_temp.act('muster_auth', $$ SELECT muster.pending_join(sha256('join')) $$), 'ok noted', 'G6: pending_join');
SELECT is(pg_temp.act('muster_auth', $$ SELECT coalesce(muster.forgot('admin@example.com', sha256('f'), 's', sha256('k'))::text, '') || 'done' $$), 'done noted', 'G6: forgot');
SELECT enter(org, other) FROM us;
SELECT is(pg_temp.act('muster_auth', format('SELECT verdict FROM muster.account_delete(%L)', email)), 'ok noted', 'G6: account_delete') FROM us JOIN muster.app_user ON id = other;
SELECT is((SELECT concat_ws(' ', actor_kind, actor_id, target_id = other) FROM muster.audit_log, us WHERE org_id = org AND action = 'user.erased'), 'session t', 'A12: by somebody who is gone');
SELECT is(muster.audit_verify(org), NULL, 'A12: the chains are whole') FROM us;

-- The platform's.
CREATE TEMP TABLE home AS SELECT an_org() AS org;
ALTER TABLE home ADD boss uuid;
UPDATE home SET boss = a_person(org, 'SUPER_ADMIN');
SELECT enter(org, boss) FROM home;
SELECT is(pg_temp.act('muster_portal', format('SELECT muster.admin_org_change(%L, ''Other'', ''GROWTH'', ''SUSPENDED'')', org)), 'ok noted', 'G6: admin_org_change') FROM us;
SELECT is(pg_temp.act('muster_portal', format('SELECT muster.admin_org_change(%L, NULL, NULL, ''ACTIVE'')', org)), 'ok noted', 'G6: admin_org_change, back again') FROM us;
SELECT is(pg_temp.act('muster_portal', format('SELECT verdict FROM muster.admin_org_invite(%L, ''x@x.example'', sha256(''x''), 7, ''s'')', org)), 'ok noted', 'G6: admin_org_invite') FROM us;
SELECT is(pg_temp.act('muster_portal', $$ SELECT verdict FROM muster.admin_org_create(gen_random_uuid(), 'New', 'FREE', 'y@x.example', sha256('y'), 7, 's') $$), 'ok noted', 'G6: admin_org_create');
SELECT is(pg_temp.act('muster_portal', format('SELECT muster.admin_user_change(%L, ''DEACTIVATED'')', id)), 'ok noted', 'G6: admin_user_change') FROM muster.app_user WHERE email = 'a@x.example';
SELECT is(pg_temp.act('muster_portal', format('SELECT ended FROM muster.admin_user_sessions_end(%L)', admin)), '0 noted', 'G6: admin_user_sessions_end') FROM us;
SELECT is(pg_temp.act('muster_portal', $$ SELECT muster.admin_settings_change('closed', 'FREE', '[{"name":"FREE","seats":9,"monthly_exercises":9,"api_access":false,"byok":false},
    {"name":"TWO","seats":9,"api_access":false,"byok":false}]', '[{"name":"jobs","days":3},{"name":"mails","days":3}]') $$), 'ok noted', 'G6: admin_settings_change');
SELECT is((SELECT count(*)::int FROM muster.audit_log, home WHERE org_id = org AND action ~ 'settings|plan_stored|retention'), 5, 'A12: each change has its entry');
SELECT is(pg_temp.act('muster_portal', format('SELECT verdict FROM muster.admin_org_delete(%L, ''Other'')', org)), 'ok noted', 'G6: admin_org_delete') FROM us;

\ir end.psql
