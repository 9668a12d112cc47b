-- Rules A2, A3, A4, A7, A12, A14: what platform administrators may do, and nobody else; suspension; quota of failed runs.
\ir begin.psql

CREATE TEMP TABLE home AS SELECT an_org() AS org;
ALTER TABLE home ADD boss uuid, ADD other uuid, ADD member uuid, ADD gone uuid;
UPDATE home SET boss = a_person(org, 'SUPER_ADMIN', 'boss@example.com'), other = a_person(org, 'CLIENT_ADMIN'), member = a_person(org),
                gone = a_person(org, 'SUPER_ADMIN');
UPDATE muster.app_user SET status = 'DEACTIVATED' FROM home WHERE id = gone;
CREATE TEMP TABLE them AS SELECT an_org('STARTER') AS org;
ALTER TABLE them ADD admin uuid, ADD member uuid;
UPDATE them SET admin = a_person(org, 'CLIENT_ADMIN', 'admin@them.example'), member = a_person(org, 'MEMBER', 'member@them.example');
GRANT SELECT ON home, them TO PUBLIC;

-- ---- A2, A3: each function of the catalogue refuses everybody else, whatever the route's guard says ----

CREATE TEMP TABLE admin_function AS
SELECT p.oid, p.proname, format('SELECT * FROM muster.%I(%s)', p.proname,
    (SELECT string_agg('NULL::' || format_type(t, NULL), ', ' ORDER BY n) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (t, n))) AS call
FROM pg_proc p WHERE p.pronamespace = 'muster'::regnamespace AND p.proname LIKE 'admin\_%';
GRANT SELECT ON admin_function TO PUBLIC;
SELECT cmp_ok(count(*)::int, '>=', 16, 'A2: there are functions to try') FROM admin_function;
SELECT is(prosecdef, true, format('A2: %s runs as muster_lookup and so checks by itself', p.proname)) FROM pg_proc p JOIN admin_function USING (oid);
CREATE TEMP TABLE caller AS
SELECT 'nobody' AS name, NULL::uuid AS org, NULL::uuid AS person
UNION ALL SELECT 'an organisation without a person', org, NULL FROM home
UNION ALL SELECT 'a colleague who administers', org, other FROM home
UNION ALL SELECT 'a member', org, member FROM home
UNION ALL SELECT 'a deactivated platform administrator', org, gone FROM home
UNION ALL SELECT 'an administrator elsewhere', org, admin FROM them
UNION ALL SELECT 'the person of one, the organisation of another', t.org, h.boss FROM home h, them t;
CREATE FUNCTION pg_temp.call_as(p_org uuid, p_person uuid, p_call text) RETURNS text LANGUAGE sql AS
$$ SELECT enter(p_org, p_person); SELECT value('muster_portal', p_call) $$;
SELECT is(pg_temp.call_as(c.org, c.person, f.call), '42501', format('A2: %s is refused to %s', f.proname, c.name))
FROM caller c, admin_function f;
SELECT is(attempt(role, f.call), '42501', format('G1: %s cannot call %s', role, f.proname))
FROM families() role, admin_function f WHERE role <> 'muster_portal';
SELECT enter(org, boss) FROM home;
SELECT isnt(value('muster_portal', f.call), '42501', format('A2: %s is there for the platform administrator', f.proname)) FROM admin_function f;
SELECT is(attempt('muster_portal', call), '42501', format('A4: the portal cannot call %s', call))
FROM unnest(ARRAY['SELECT muster.server_platform_admin(''member@them.example'', false)', 'SELECT muster.job_retry(gen_random_uuid())',
                  'SELECT muster.server_org_create(''N'', ''a@example.com'', ''FREE'', sha256(''x''), 14)', 'SELECT muster.platform_only()',
                  'SELECT muster.org_open(gen_random_uuid(), ''N'', ''FREE'', ''a@example.com'', sha256(''x''), 14, NULL)']) call;

CREATE FUNCTION pg_temp.portal(p_call text, VARIADIC p_args text[] DEFAULT '{}') RETURNS text LANGUAGE sql AS
$$ SELECT value('muster_portal', format('SELECT ' || p_call, VARIADIC p_args)) $$;
CREATE FUNCTION pg_temp.acts(p_org uuid) RETURNS text LANGUAGE sql AS
$$ SELECT coalesce(string_agg(action || ' ' || actor_kind, ', ' ORDER BY seq), 'none') FROM muster.audit_log WHERE org_id = p_org AND action LIKE 'platform.%' $$;
SELECT is(pg_temp.acts(org), 'none', 'A12: who was refused left nothing behind') FROM them;

-- ---- organisations ----

SELECT is(pg_temp.portal('name || plan || people FROM muster.admin_org(%L)', org::text), 'Example LtdSTARTER2', 'an organisation''s facts') FROM them;
SELECT is(pg_temp.portal('muster.admin_org_change(%L, NULL, ''GROWTH'', NULL)', org::text), 'ok', 'a plan is changed') FROM them;
SELECT is(o.plan, 'GROWTH', 'at once') FROM muster.org o JOIN them t ON t.org = o.org_id;
SELECT is(pg_temp.acts(org), 'platform.plan_changed platform', 'A12: it is in the organisation''s log, by the platform') FROM them;
SELECT is(pg_temp.acts(org), 'platform.plan_changed session', 'A12: and in the administrator''s own') FROM home;
SELECT is((SELECT actor_id FROM muster.audit_log JOIN them ON org = org_id WHERE actor_kind = 'platform'), NULL, 'A12: not by name');
SELECT is((SELECT actor_id FROM muster.audit_log l JOIN home h ON h.org = l.org_id WHERE l.action = 'platform.plan_changed'), boss, 'A12: but here') FROM home;
SELECT is(pg_temp.portal('muster.admin_org_change(%L, ''New'', ''NOPE'', NULL)', org::text), 'no_plan', 'no plan that is none') FROM them;
SELECT is(pg_temp.portal('muster.admin_org_change(%L, ''New'', NULL, NULL)', gen_random_uuid()::text), 'not_found', 'A14: nobody''s id');
SELECT is(pg_temp.portal('muster.admin_org_change(%L, NULL, NULL, ''SUSPENDED'')', org::text), 'platform', 'one''s own is not suspended') FROM home;
SELECT is(pg_temp.portal('verdict FROM muster.admin_org_create(%L, %L, ''FREE'', ''first@new.example'', sha256(''new''), 14, NULL)', '11111111-1111-4111-8111-111111111111', 'Ünïcode "Ltd" & Söhne'),
          'ok', 'A4: an organisation is created');
SELECT is(o.slug || ' ' || i.email || ' ' || i.role, 'n-code-ltd-s-hne first@new.example CLIENT_ADMIN', 'A4: with an invitation and no account')
FROM muster.org o JOIN muster.invitation i USING (org_id) WHERE o.org_id = '11111111-1111-4111-8111-111111111111';
SELECT is(pg_temp.portal('verdict FROM muster.admin_org_create(%L, %L, ''FREE'', ''first@new.example'', sha256(''new2''), 14, NULL)', '11111111-1111-4111-8111-111111111112', 'Ünïcode "Ltd" & Söhne'),
          'ok', 'a second one of the same name');
SELECT isnt(a.slug, b.slug, 'has another slug') FROM muster.org a, muster.org b
WHERE a.org_id = '11111111-1111-4111-8111-111111111111' AND b.org_id = '11111111-1111-4111-8111-111111111112';
SELECT is(muster.slug_of(name), slug, format('the slug of %s', name))
FROM (VALUES ('Example & Sons GmbH', 'example-sons-gmbh'), ('日本', 'organisation'), ('---', 'organisation'), (repeat('x', 200), repeat('x', 60))) v (name, slug);
SELECT is(value('muster_auth', $$ SELECT muster.register('first@new.example', 'F', 'P', 'h', 'x', 'x', 'FREE', sha256('new'), NULL) $$), 'ok', 'A4: the first administrator joins');
SELECT is(u.role, 'CLIENT_ADMIN', 'A4: as such') FROM muster.app_user u WHERE u.email = 'first@new.example';
SELECT is(pg_temp.portal('verdict FROM muster.admin_org_invite(%L, ''admin@them.example'', sha256(''i0''), 14, NULL)', org::text), 'already_member', 'who is there is not invited') FROM them;
SELECT is(pg_temp.portal('verdict FROM muster.admin_org_invite(%L, ''second@them.example'', sha256(''i1''), 14, NULL)', org::text), 'ok', 'a second administrator is') FROM them;
SELECT is(pg_temp.portal('verdict FROM muster.admin_org_invite(%L, ''second@them.example'', sha256(''i2''), 14, NULL)', org::text), 'ok', 'again') FROM them;
SELECT is((SELECT count(*)::int FROM muster.invitation i JOIN them ON org = i.org_id), 1, 'A6: the new invitation replaces the old one');
SELECT is(pg_temp.portal('verdict FROM muster.admin_org_invite(%L, ''third@them.example'', sha256(''i9''), 14, ''sealed'')', org::text), 'ok', 'a third by mail') FROM them;
SELECT is(m.recipient || ' ' || m.kind, 'third@them.example invitation', 'whose mail is queued with it')
FROM muster.invitation i JOIN muster.mail m ON m.id = i.mail_id AND m.org_id = i.org_id WHERE i.email = 'third@them.example';
DELETE FROM muster.invitation WHERE email = 'third@them.example';

-- The list: a page, its order, what it finds.
CREATE FUNCTION pg_temp.listed(p_search text, p_plan text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.portal('coalesce(string_agg(name, '','' ORDER BY created_at, name), '''') FROM muster.admin_orgs(100, 253402300799000000, ''ffffffff-ffff-ffff-ffff-ffffffffffff'', %L, %L)', p_search, p_plan) $$;
SELECT is(pg_temp.listed('ÜNÏCODE "l', 'FREE'), 'Ünïcode "Ltd" & Söhne,Ünïcode "Ltd" & Söhne', 'a part of the name, in either case');
SELECT is(pg_temp.listed('n-code', NULL), 'Ünïcode "Ltd" & Söhne,Ünïcode "Ltd" & Söhne', 'a part of the slug');
SELECT is(pg_temp.listed('%', NULL), '', 'D5: no wildcard');
SELECT is(pg_temp.listed(NULL, 'GROWTH'), 'Example Ltd', 'by plan');

-- ---- suspension (A7) ----

SELECT enter(NULL);
SELECT a_session(org, member, 's'), a_key(org, member, 'k', '{results}') FROM them;
INSERT INTO muster.pending_session (org_id, user_id, token_hash, expires_at) SELECT org, member, sha256('half'), now() + interval '1 hour' FROM them;
SELECT enter(org, boss) FROM home;
SELECT is(pg_temp.portal('muster.admin_org_change(%L, NULL, NULL, ''SUSPENDED'')', org::text), 'ok', 'an organisation is suspended') FROM them;
SELECT is(value('postgres', format('SELECT count(*) FROM muster.%I WHERE org_id = %L', name, org)), '0', format('A7: no %s is left', name))
FROM them, unnest(ARRAY['user_session', 'api_key', 'pending_session']) name;
SELECT enter(org, member) FROM them;
SELECT is(attempt('muster_auth', format($$ INSERT INTO muster.user_session (org_id, user_id, token_hash, expires_at, address, user_agent)
    VALUES (%L, %L, sha256('x'), now() + interval '1 day', '', '') $$, org, member)), 'MU002', 'A7: no session begins') FROM them;
SELECT is(attempt('muster_auth', format($$ INSERT INTO muster.pending_session (org_id, user_id, token_hash, expires_at)
    VALUES (%L, %L, sha256('x'), now() + interval '1 day') $$, org, member)), 'MU002', 'A7: nor half of one') FROM them;
SELECT is(attempt('muster_auth', format($$ INSERT INTO muster.api_key (org_id, user_id, name, prefix, token_hash, scopes)
    VALUES (%L, %L, 'k', 'tc_', sha256('x'), '{}') $$, org, member)), 'MU002', 'A7: no key') FROM them;
SELECT is(value('muster_auth', $$ SELECT muster.register('second@them.example', 'F', 'P', 'h', 'x', 'x', 'FREE', sha256('i2'), NULL) $$), 'MU002', 'A7: nobody joins');
SELECT enter(org, boss) FROM home;
SELECT is(pg_temp.portal('verdict FROM muster.admin_org_invite(%L, ''x@them.example'', sha256(''i3''), 14, NULL)', org::text), 'suspended', 'nobody is invited') FROM them;
SELECT is(pg_temp.portal('muster.admin_org_change(%L, NULL, NULL, ''ACTIVE'')', org::text), 'ok', 'it is resumed') FROM them;
SELECT is(value('postgres', format('SELECT count(*) FROM muster.%I WHERE org_id = %L', name, org)), '0', format('A7: and no %s comes back', name))
FROM them, unnest(ARRAY['user_session', 'api_key', 'pending_session']) name;
SELECT is(value('muster_auth', $$ SELECT muster.register('second@them.example', 'F', 'P', 'h', 'x', 'x', 'FREE', sha256('i2'), NULL) $$), 'ok', 'the invitation still works');
SELECT matches(pg_temp.acts(org), 'platform.organization_suspended platform, platform.organization_resumed platform', 'A12: all of it is in the log') FROM them;

-- ---- people ----

SELECT a_session(org, member, 's2'), a_key(org, member, 'k2', '{results}') FROM them;
SELECT is(pg_temp.portal('string_agg(email || sessions, '','') FROM muster.admin_users(10, NULL, %L, %L)', 'MEMBER@t', org::text), 'member@them.example1', 'by the beginning of the address') FROM them;
SELECT is(pg_temp.portal('count(*) FROM muster.admin_users(10, NULL, %L, %L)', 'alex mor', org::text), '2', 'of the name') FROM them;
SELECT is(pg_temp.portal('count(*) FROM muster.admin_users(10, NULL, %L, %L)', 'morg', org::text), '2', 'of the last name') FROM them;
SELECT is(pg_temp.portal('count(*) FROM muster.admin_users(10, NULL, %L, %L)', wild, org::text), '0', format('D5: %s is no wildcard', wild)) FROM them, unnest(ARRAY['%', '_', 'a%', '\']) wild;
SELECT is(pg_temp.portal('min(email) FROM muster.admin_users(10, %L, NULL, %L)', 'admin@them.example', org::text), 'member@them.example', 'the page behind an address') FROM them;
SELECT is(pg_temp.portal('ended FROM muster.admin_user_sessions_end(%L)', member::text), '1', 'sessions are ended') FROM them;
SELECT is((SELECT count(*)::int FROM muster.api_key JOIN them ON org = org_id), 1, 'keys stay');
SELECT is(pg_temp.portal('muster.admin_user_change(%L, ''DEACTIVATED'')', member::text), 'ok', 'a person is deactivated') FROM them;
SELECT is((SELECT count(*)::int FROM muster.api_key JOIN them ON org = org_id), 0, 'A7: now the keys end');
SELECT is(pg_temp.portal('muster.admin_user_change(%L, ''ACTIVE'')', member::text), 'ok', 'and activated') FROM them;
UPDATE muster.plan SET seats = 3 WHERE name = 'GROWTH';
SELECT is(pg_temp.portal('muster.admin_user_change(%L, ''DEACTIVATED'')', member::text), 'ok', 'once more') FROM them;
SELECT a_person(org) FROM them;
SELECT is(pg_temp.portal('muster.admin_user_change(%L, ''ACTIVE'')', member::text), 'MU001', 'A13: being active takes a seat of the plan') FROM them;
SELECT is(pg_temp.portal('muster.admin_user_change(%L, ''DEACTIVATED'')', id::text), 'ok', 'an administrator where there is another') FROM muster.app_user WHERE email = 'second@them.example';
SELECT is(pg_temp.portal('muster.admin_user_change(%L, ''DEACTIVATED'')', admin::text), 'last_admin', 'but not the last one') FROM them;
SELECT is(pg_temp.portal('muster.admin_user_change(%L, ''DEACTIVATED'')', boss::text), 'self', 'nobody deactivates themselves') FROM home;
SELECT is(pg_temp.portal('muster.admin_user_change(%L, ''ACTIVE'')', gone::text), 'platform', 'A4: nor a platform administrator') FROM home;
SELECT is(pg_temp.portal('muster.admin_user_change(%L, ''ACTIVE'')', gen_random_uuid()::text), 'not_found', 'A14: nobody''s id');

-- ---- settings ----

SELECT is(pg_temp.portal('muster.admin_settings_change(''closed'', ''NOPE'', ''[{"name":"HALF","api_access":true,"byok":true}]'', ''[]'')'), 'no_plan', 'no default plan that is none');
SELECT is(pg_temp.portal('muster.admin_settings_change(''closed'', ''TEAM'', ''[{"name":"TEAM","seats":7,"monthly_exercises":null,"api_access":true,"byok":false}]'', ''[]'')'), 'ok', 'a plan of one''s own');
SELECT is(pg_temp.portal('signups || default_plan || seats FROM muster.admin_settings() WHERE name = ''TEAM'''), 'closedTEAM7', 'is stored, and the default');
SELECT is(pg_temp.portal('muster.admin_settings_change(NULL, NULL, ''[]'', ''[]'')'), 'ok', 'and the environment holds again');
SELECT is((SELECT count(*)::int FROM muster.audit_log l JOIN home ON org = org_id WHERE action IN ('platform.settings_changed', 'platform.plan_stored')), 3, 'A12: each change is in the log');
SELECT is(pg_temp.portal('muster.admin_settings_change(NULL, NULL, ''[{"name":"TEAM","seats":7,"monthly_exercises":null,"api_access":true,"byok":false}]'', ''[]'')'), 'ok', 'the same again');
SELECT is((SELECT count(*)::int FROM muster.audit_log l JOIN home ON org = org_id WHERE action = 'platform.plan_stored'), 1, 'A12: is no change');

SELECT is_empty($$ SELECT FROM muster.plan WHERE name = 'HALF' $$, 'nothing is stored of what was refused');
SELECT is(pg_temp.portal('muster.admin_settings_change(NULL, NULL, ''[]'', ''[{"name":"sessions","days":9},{"name":"mails","days":null}]'')'), 'ok', 'E4: retention periods are stored');
SELECT is((SELECT string_agg(name || coalesce(days::text, '-'), ',' ORDER BY name) FROM muster.retention WHERE name IN ('sessions', 'mails')), 'mails-,sessions9', 'E4: for ever, too');
SELECT is(pg_temp.portal('muster.admin_settings_change(NULL, NULL, ''[]'', ''[{"name":"nothing","days":9},{"name":"mails","days":1}]'')'), 'no_retention', 'E4: only those there are');
SELECT is((SELECT days FROM muster.retention WHERE name = 'mails'), NULL, 'E4: or none of them');

-- ---- deleting an organisation (E2, E3) ----

CREATE TEMP TABLE doomed AS SELECT an_org() AS org;
ALTER TABLE doomed ADD person uuid;
UPDATE doomed SET person = a_person(org, 'CLIENT_ADMIN', 'doomed@example.com');
SELECT one_of_everything(org, person) FROM doomed;
SELECT an_invitation(org, 'doomed@example.com', 'elsewhere') FROM them;
UPDATE muster.app_user SET email_verified_at = now() WHERE email = 'doomed@example.com';
SELECT enter(org, boss) FROM home;
SELECT is(pg_temp.portal('verdict FROM muster.admin_org_delete(%L, %L)', org::text, 'Example'), 'name_mismatch', 'E3: the name is typed') FROM doomed;
SELECT is(pg_temp.portal('verdict FROM muster.admin_org_delete(%L, %L)', org::text, 'Example Ltd'), 'platform', 'one''s own is not deleted here') FROM home;
SELECT is(pg_temp.portal('verdict FROM muster.admin_org_delete(%L, %L)', gen_random_uuid()::text, 'Example Ltd'), 'not_found', 'A14: nobody''s id');
SELECT is(pg_temp.portal('verdict FROM muster.admin_org_delete(%L, %L)', org::text, 'Example Ltd'), 'ok', 'E2: an organisation is deleted') FROM doomed;
SELECT is(ended(org), 3, 'E2: in steps') FROM doomed;
SELECT is(value('postgres', format('SELECT count(*) FROM %s WHERE org_id = %L', tab, (SELECT org FROM doomed))), '0', format('E2: nothing is left in %s', name)) FROM tenant_table;
SELECT is_empty($$ SELECT FROM muster.invitation WHERE email = 'doomed@example.com' $$, 'E2: nor elsewhere about its people');
SELECT is((SELECT r.kind FROM muster.audit_log l JOIN home h ON h.org = l.org_id JOIN muster.erasure_receipt r ON r.id::text = l.detail ->> 'receipt'
           WHERE l.action = 'platform.organization_deleted'), 'organization', 'A12: the act and its receipt are in the administrator''s log');

-- ---- dead letters ----

CREATE TEMP TABLE letter AS SELECT muster.mail_queue_in(org, NULL, 'secret.person@post.example', 'invitation', 'en', 'sealed') AS mail FROM them;
UPDATE muster.mail SET state = 'DEAD', finished_at = now() WHERE id = (SELECT mail FROM letter);
UPDATE muster.job SET state = 'DEAD', finished_at = now(), attempts = 70, last_error = '550 <secret.person@post.example>: unknown, see secret.person@post.example'
WHERE mail_id = (SELECT mail FROM letter);
CREATE TEMP TABLE seen AS SELECT pg_temp.portal('j::text FROM muster.admin_jobs(''DEAD'', 10, 253402300799000000, ''ffffffff-ffff-ffff-ffff-ffffffffffff'') j') AS line;
SELECT matches(line, 'post\.example', 'a dead letter shows its domain') FROM seen;
SELECT unalike(line, '%secret.person%', 'A3: and not whose it is, not even in the error') FROM seen;
SELECT is(pg_temp.portal('dead FROM muster.admin_health()'), '1', 'G3: it is counted');
SELECT is(pg_temp.portal('muster.admin_job_retry(%L)', id::text), 'ok', 'it is put back') FROM muster.job WHERE mail_id = (SELECT mail FROM letter);
SELECT is(pg_temp.portal('muster.admin_job_retry(%L)', id::text), 'not_dead', 'once') FROM muster.job WHERE mail_id = (SELECT mail FROM letter);
SELECT is(pg_temp.portal('muster.admin_job_delete(%L)', id::text), 'not_dead', 'what waits is not deleted') FROM muster.job WHERE mail_id = (SELECT mail FROM letter);
UPDATE muster.job SET state = 'DEAD', finished_at = now() WHERE mail_id = (SELECT mail FROM letter);
SELECT is(pg_temp.portal('muster.admin_job_delete(%L)', id::text), 'ok', 'a dead one is') FROM muster.job WHERE mail_id = (SELECT mail FROM letter);
SELECT is_empty('SELECT FROM muster.mail WHERE id = (SELECT mail FROM letter)', 'and the mail with it');
SELECT is(pg_temp.portal('muster.admin_job_delete(%L)', gen_random_uuid()::text), 'not_found', 'A14: nobody''s id');
SELECT matches(pg_temp.acts(org), 'platform.job_retried platform, platform.job_deleted platform$', 'A12: both are in the log') FROM them;

-- ---- the log ----

SELECT enter(org, member) FROM them;
SELECT muster.audit('certificate.issued', 'certificate', gen_random_uuid(), '{"grade":"GOLD"}'), muster.audit('user.role_changed', 'user', member, '{"from":"MEMBER","to":"AUDITOR"}') FROM them;
SELECT enter(org, boss) FROM home;
CREATE FUNCTION pg_temp.entries(p_action text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.portal('string_agg(detail::text, '','') FROM muster.admin_audit_org(%L, 10, NULL, %L, NULL, NULL, NULL)', (SELECT org::text FROM them), p_action) $$;
SELECT is(pg_temp.entries('user.role_changed'), '{"to": "AUDITOR", "from": "MEMBER"}', 'an organisation''s log is read');
SELECT is(pg_temp.entries('certificate.issued'), '{}', 'A3: but not what somebody achieved');
SELECT is(pg_temp.portal('count(*) FROM muster.admin_audit_platform(100, 253402300799000000, ''ffffffff-ffff-ffff-ffff-ffffffffffff'', NULL, NULL, NULL, NULL) WHERE (kind <> ''session'' OR actor IS NULL) AND action <> ''platform.organization_deleted'''), '0',
          'A12: the platform''s own log has each act once, with who did it; erasures are the job''s');
SELECT cmp_ok(pg_temp.portal('count(*) FROM muster.admin_audit_platform(100, 253402300799000000, ''ffffffff-ffff-ffff-ffff-ffffffffffff'', NULL, NULL, NULL, NULL)')::int, '>=', 15, 'A12: all of the above');
SELECT is(muster.audit_verify(org), NULL, 'A12: the chain is whole') FROM (SELECT org FROM home UNION SELECT org FROM them) o;

-- ---- commands on the server (A4), and the last administrator ----

SELECT is(muster.server_platform_admin(email, revoke), verdict, format('A4: %s: %s', email, verdict))
FROM (VALUES ('nobody@example.com', false, 'not_found'), ('admin@them.example', true, 'not_platform'), ('boss@example.com', false, 'already'),
             ('member@them.example', false, 'inactive'), ('Admin@Them.Example', false, 'ok')) v (email, revoke, verdict);
SELECT is(u.role, 'SUPER_ADMIN', 'A4: the role is given') FROM muster.app_user u WHERE email = 'admin@them.example';
SELECT matches(pg_temp.acts(org), 'platform.role_given system$', 'A12: and in the log, by nobody signed in') FROM them;
SELECT enter(org, admin) FROM them;
SELECT is(value('muster_auth', format('SELECT muster.is_last_admin(%L)', admin)), 'true', 'an organisation''s only administrator stays that as SUPER_ADMIN') FROM them;
SELECT is(value('muster_auth', format('SELECT muster.user_change(%L, ''MEMBER'', NULL)', admin)), 'last_admin', 'and cannot step down') FROM them;
SELECT is(value('muster_auth', format('SELECT muster.user_change(%L, ''CLIENT_ADMIN'', NULL)', u.id)), 'ok', 'somebody else becomes one')
FROM muster.app_user u JOIN them t ON t.org = u.org_id WHERE u.role = 'MEMBER' AND u.status = 'ACTIVE' LIMIT 1;
SELECT is(value('muster_auth', format('SELECT muster.is_last_admin(%L)', u.id)), 'false', 'who is not the last with a SUPER_ADMIN beside')
FROM muster.app_user u JOIN them t ON t.org = u.org_id WHERE u.role = 'CLIENT_ADMIN' AND u.status = 'ACTIVE';
SELECT is(muster.server_platform_admin('admin@them.example', true), 'ok', 'A4: the role is taken');
SELECT is(u.role, 'CLIENT_ADMIN', 'A4: and the organisation keeps its administrator') FROM muster.app_user u WHERE email = 'admin@them.example';
SELECT is((muster.server_org_create('Server''s "Own"', 'New@Server.example', 'FREE', sha256('srv'), 14)).verdict, 'ok', 'A4: an organisation from the server');
SELECT is((muster.server_org_create('X', 'x@server.example', 'NOPE', sha256('srv2'), 14)).verdict, 'no_plan', 'not with a plan that is none');
SELECT is(o.name || ' ' || i.email, 'Server''s "Own" new@server.example', 'A4: with its invitation') FROM muster.org o JOIN muster.invitation i USING (org_id) WHERE i.token_hash = sha256('srv');

-- ---- C12: a run that fails gives its month's quota back, once ----

CREATE TEMP TABLE quota AS SELECT an_org('FREE') AS org;
ALTER TABLE quota ADD person uuid, ADD run uuid;
UPDATE quota SET person = a_person(org);
UPDATE quota SET run = an_exercise(org, person);
SELECT an_exercise(org, person) FROM quota;
CREATE FUNCTION pg_temp.used() RETURNS int[] LANGUAGE sql AS $$ SELECT array_agg(exercises ORDER BY month) FROM muster.org_usage u JOIN quota q ON q.org = u.org_id $$;
CREATE FUNCTION pg_temp.generating(p_at timestamptz DEFAULT now()) RETURNS uuid LANGUAGE sql AS $$
    INSERT INTO muster.exercise SELECT (jsonb_populate_record(NULL::muster.exercise, to_jsonb(e) || jsonb_build_object(
        'id', gen_random_uuid(), 'status', 'GENERATING', 'engine', 'ai', 'created_at', p_at))).*
    FROM muster.exercise e JOIN quota q ON q.run = e.id RETURNING id $$;
SELECT is(pg_temp.used(), '{2}', 'two of this month are used');
CREATE TEMP TABLE failing AS SELECT pg_temp.generating() AS now, pg_temp.generating(date_trunc('month', now()) - interval '1 second') AS before;
INSERT INTO muster.org_usage SELECT org, (date_trunc('month', now()) - interval '1 month')::date, 5 FROM quota;
SELECT lives_ok($$ UPDATE muster.exercise SET status = 'FAILED' WHERE id = (SELECT now FROM failing) $$, 'a run fails');
SELECT is(pg_temp.used(), '{5,1}', 'C12: its count comes back');
SELECT lives_ok($$ UPDATE muster.exercise SET status = 'FAILED', updated_at = now() WHERE id = (SELECT now FROM failing) $$, 'it fails again');
SELECT is(pg_temp.used(), '{5,1}', 'C12: nothing comes back twice');
SELECT is(attempt('muster_exercises', $$ UPDATE muster.exercise SET status = 'FAILED' WHERE status = 'IN_PROGRESS' $$), '23514', 'C3: a run that goes on does not fail');
SELECT enter(org, person) FROM quota;
GRANT SELECT ON failing TO PUBLIC;
SELECT is(attempt('muster_exercises', $$ UPDATE muster.exercise SET status = 'FAILED' WHERE org_id = muster.org() AND id = (SELECT before FROM failing) $$), 'ok', 'one of the last second of last month fails today');
SELECT is(pg_temp.used(), '{4,1}', 'C12: it comes back to the month it was taken from');
UPDATE muster.org_usage SET exercises = 0 FROM quota WHERE org = org_id;
CREATE TEMP TABLE more AS SELECT pg_temp.generating() AS id;
UPDATE muster.exercise SET status = 'FAILED' WHERE id = (SELECT id FROM more);
SELECT is(pg_temp.used(), '{0,0}', 'C12: never below nothing');
UPDATE muster.org_usage SET exercises = 3 FROM quota WHERE org = org_id;
CREATE FUNCTION pg_temp.create_one() RETURNS text LANGUAGE sql AS $$
    SELECT value('muster_exercises', format('SELECT verdict FROM muster.exercise_create(''T'', ''ransomware'', ''BEGINNER'', ''en'', ''off'', 3, 3, 450, 7, %s, ''{}'', ''{}'', 1)', a_library())) $$;
SELECT is(pg_temp.create_one(), 'quota_exceeded', 'the month is full');
CREATE TEMP TABLE last AS SELECT pg_temp.generating() AS id;
UPDATE muster.exercise SET status = 'FAILED' WHERE id = (SELECT id FROM last);
SELECT is(pg_temp.create_one(), 'ok', 'C12: what came back can be used');

\ir end.psql
