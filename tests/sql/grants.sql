-- Rule G1: the families own nothing, have no DDL, and only the grants they need.
\ir begin.psql

CREATE TEMP TABLE family AS SELECT programs() AS role;
GRANT SELECT ON family TO PUBLIC;
SELECT set_eq($$ SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'muster%' $$,
              ARRAY['muster_owner', 'muster_lookup', 'muster_auth', 'muster_exercises', 'muster_portal', 'muster_jobs'], 'G1: the roles of an installation');
SELECT ok(NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication), format('G1: %s has no attribute of power', rolname))
FROM pg_roles WHERE rolname LIKE 'muster%';
SELECT is(rolcanlogin, rolname <> 'muster_lookup', format('G1: %s %s log in', rolname, CASE WHEN rolname = 'muster_lookup' THEN 'cannot' ELSE 'can' END))
FROM pg_roles WHERE rolname LIKE 'muster%';
SELECT is_empty($$ SELECT member::regrole FROM pg_auth_members WHERE member::regrole::text IN (SELECT role FROM family) $$,
                'G1: no family is a member of another role');
SELECT is_empty($$ SELECT classid, objid FROM pg_shdepend WHERE deptype = 'o' AND refclassid = 'pg_authid'::regclass
                   AND refobjid::regrole::text IN (SELECT role FROM family) $$, 'G1: no family owns anything');
SELECT is_empty($$ SELECT relname FROM pg_class WHERE relnamespace = 'muster'::regnamespace AND relowner <> 'muster_owner'::regrole $$,
                'G1: everything in the schema is the owner''s');

-- DDL in every place that a family could reach.
SELECT is(attempt(role, statement), '42501', format('G1: %s is refused %s', role, statement))
FROM family, unnest(ARRAY[
    'CREATE TABLE muster.t (i int)', 'CREATE TABLE public.t (i int)', 'CREATE TEMP TABLE t (i int)', 'CREATE SCHEMA s',
    'CREATE FUNCTION muster.f() RETURNS int LANGUAGE sql AS ''SELECT 1''', 'CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS ''SELECT 1''',
    'CREATE VIEW public.v AS SELECT 1', 'CREATE INDEX ON muster.org (name)', 'ALTER TABLE muster.org ADD x int',
    'ALTER TABLE muster.org DISABLE ROW LEVEL SECURITY', 'ALTER TABLE muster.exercise DISABLE TRIGGER exercise_status_moves',
    'DROP TABLE muster.org', 'TRUNCATE muster.answer', 'CREATE POLICY p ON muster.org USING (true)', 'CREATE EXTENSION dblink',
    'ALTER FUNCTION muster.org() SECURITY DEFINER', 'GRANT muster_lookup TO ' || role, 'COPY (SELECT 1) TO PROGRAM ''true''', 'ALTER ROLE ' || role || ' SUPERUSER',
    'SELECT pg_read_file(''PG_VERSION'')', 'SELECT muster.make_tenant_table(''muster.plan'')',
    'DELETE FROM schema_version', 'SELECT sha256 FROM schema_version']) AS statement;
-- A session's own role cannot be told apart inside attempt(), which sets it: asked of the catalogue.
SELECT ok(NOT pg_has_role(role, other, 'MEMBER'), format('G1: %s cannot become %s', role, other))
FROM family, unnest(ARRAY['muster_owner', 'muster_lookup', 'postgres']) other;

-- Grants, each by name. What is not listed is refused; a column list stands for UPDATE of these alone.
CREATE TEMP TABLE wanted (role text, tab text, privileges text);
INSERT INTO wanted VALUES
    ('muster_auth', 'platform_setting', 'SELECT'),
    ('muster_auth', 'api_key', 'DELETE INSERT SELECT'), ('muster_auth', 'app_user', 'SELECT'),
    ('muster_auth', 'audit_log', 'SELECT'), ('muster_auth', 'account_token', 'DELETE INSERT SELECT'), ('muster_auth', 'org_domain', 'DELETE INSERT SELECT'),
    ('muster_auth', 'pending_registration', 'DELETE INSERT SELECT'), ('muster_auth', 'removed_person', 'INSERT SELECT'), ('muster_auth', 'mail', NULL),
    ('muster_auth', 'credential', 'INSERT SELECT UPDATE'),
    ('muster_auth', 'invitation', 'DELETE INSERT SELECT'), ('muster_auth', 'org', 'SELECT'), ('muster_auth', 'plan', 'SELECT'),
    ('muster_auth', 'user_session', 'DELETE INSERT SELECT'), ('muster_auth', 'pending_session', 'DELETE INSERT SELECT'),
    ('muster_auth', 'personal_category', 'SELECT'), ('muster_auth', 'personal_data', 'SELECT'), ('muster_auth', 'retention', 'SELECT'),
    ('muster_auth', 'recovery_code', 'DELETE INSERT SELECT'), ('muster_auth', 'second_factor', 'DELETE INSERT SELECT UPDATE'),
    ('muster_exercises', 'answer', 'INSERT SELECT'), ('muster_exercises', 'app_user', 'SELECT'), ('muster_exercises', 'certificate', 'SELECT'),
    ('muster_exercises', 'exercise', 'DELETE INSERT SELECT'), ('muster_exercises', 'library', 'SELECT'), ('muster_exercises', 'org', 'SELECT'),
    ('muster_exercises', 'org_branding', 'INSERT SELECT'), ('muster_exercises', 'org_character', 'DELETE INSERT SELECT'),
    ('muster_exercises', 'org_profile', 'INSERT SELECT'), ('muster_exercises', 'org_tool', 'DELETE INSERT SELECT'),
    ('muster_exercises', 'org_usage', 'INSERT SELECT UPDATE'), ('muster_exercises', 'participant', 'INSERT SELECT'),
    ('muster_exercises', 'plan', 'SELECT'), ('muster_exercises', 'question_shown', 'INSERT SELECT'), ('muster_exercises', 'tool', 'SELECT'),
    ('muster_portal', 'answer', 'SELECT'), ('muster_portal', 'app_user', 'SELECT'), ('muster_portal', 'certificate', 'INSERT SELECT'),
    ('muster_portal', 'exercise', 'SELECT'), ('muster_portal', 'library', 'SELECT'), ('muster_portal', 'org', 'SELECT'),
    ('muster_portal', 'org_branding', 'SELECT'), ('muster_portal', 'org_profile', 'SELECT'), ('muster_portal', 'org_tool', 'SELECT'), ('muster_portal', 'participant', 'SELECT'),
    ('muster_portal', 'plan', 'SELECT'), ('muster_auth', 'mail_optout', 'DELETE INSERT SELECT'), ('muster_auth', 'mail', NULL),
    ('muster_jobs', 'mail', 'SELECT'), ('muster_jobs', 'mail_optout', 'SELECT'), ('muster_jobs', 'mail_unsubscribe', 'INSERT'),
    ('muster_jobs', 'app_user', NULL), ('muster_jobs', 'org', NULL), ('muster_jobs', 'exercise', NULL), ('muster_jobs', 'participant', NULL);
SELECT is((SELECT string_agg(p, ' ' ORDER BY p) FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
           WHERE has_table_privilege(role, c.oid, p)), w.privileges, format('G1: %s on %s: %s', role, w.tab, w.privileges))
FROM wanted w JOIN pg_class c ON c.relnamespace = 'muster'::regnamespace AND c.relname = w.tab;
SELECT is_empty($$ SELECT role, relname FROM family, pg_class c WHERE relnamespace = 'muster'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
                   AND (has_table_privilege(role, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                        OR has_any_column_privilege(role, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
                   AND (role, relname) NOT IN (SELECT role, tab FROM wanted) $$, 'G1: no family has a grant that is not listed here');
CREATE TEMP TABLE wanted_columns (role text, tab text, columns text);
INSERT INTO wanted_columns VALUES
    ('muster_auth', 'app_user', 'email_verified_at role status'), ('muster_auth', 'account_token', 'created_at expires_at token_hash'),
    ('muster_auth', 'org_domain', 'created_at created_by expires_at mailbox token_hash verified_at'), ('muster_auth', 'user_session', 'token_hash'),
    ('muster_auth', 'mail', 'sealed'), ('muster_jobs', 'mail', 'about_exercise_id about_user_id finished_at recipient sealed state'),
    ('muster_exercises', 'exercise', 'completed_at correct_count current_stage participant_count served_count status updated_at'),
    ('muster_exercises', 'app_user', 'language'), ('muster_exercises', 'org', 'language'),
    ('muster_exercises', 'org_branding', 'accent_color display_name footer_text updated_at'),
    ('muster_exercises', 'org_character', 'department description expertise name role'),
    ('muster_exercises', 'org_profile', 'profile updated_at'), ('muster_exercises', 'org_tool', 'selected'),
    ('muster_exercises', 'participant', 'answered_count completed_at correct_count total_score');
-- The worker reads what mails say and no more of a person.
SELECT set_eq($$ SELECT relname::text, string_agg(attname, ' ' ORDER BY attname) FROM pg_class c JOIN pg_attribute ON attrelid = c.oid
                 WHERE relnamespace = 'muster'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
                 AND has_column_privilege('muster_jobs', c.oid, attnum, 'SELECT') AND NOT has_table_privilege('muster_jobs', c.oid, 'SELECT') GROUP BY 1 $$,
              $$ VALUES ('app_user', 'first_name id last_name org_id status'), ('exercise', 'id org_id question_count title'),
                        ('org', 'name org_id'), ('participant', 'correct_count exercise_id org_id user_id') $$, 'G1: the columns that the worker may read');
SELECT set_eq($$ SELECT role, relname::text, string_agg(attname, ' ' ORDER BY attname) FROM family, pg_class c JOIN pg_attribute ON attrelid = c.oid
                 WHERE relnamespace = 'muster'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
                 AND has_column_privilege(role, c.oid, attnum, 'UPDATE') AND NOT has_table_privilege(role, c.oid, 'UPDATE') GROUP BY 1, 2 $$,
              'SELECT * FROM wanted_columns', 'G1: the columns that a family may update');

-- The ones that matter most, tried for real.
SELECT is(attempt(role, 'SELECT FROM muster.' || tab), '42501', format('G1: %s cannot read %s', role, tab))
FROM family, unnest(ARRAY['credential', 'user_session', 'api_key', 'invitation']) tab WHERE role <> 'muster_auth';
SELECT is(attempt(role, 'SELECT FROM muster.attempt'), '42501', format('G1: %s cannot read the attempts', role)) FROM family;
SELECT is(attempt(role, 'UPDATE muster.answer SET points = 0'), '42501', format('C2: %s cannot change answers', role)) FROM family;
SELECT is(attempt(role, 'DELETE FROM muster.answer'), '42501', format('C2: %s cannot delete answers', role)) FROM family;
SELECT is(attempt(role, 'UPDATE muster.certificate SET grade = grade'), '42501', format('D4: %s cannot change certificates', role)) FROM family;
SELECT is(attempt(role, 'INSERT INTO muster.library (theme, language, version, doc, facts) VALUES (''x'', ''en'', ''1'', '''', ''{}'')'), '42501',
          format('G1: %s cannot write the library', role)) FROM family;
SELECT is(attempt(role, 'UPDATE muster.plan SET seats = NULL'), '42501', format('G1: %s cannot change plans', role)) FROM family;
SELECT is(attempt(role, 'UPDATE muster.app_user SET role = ''MEMBER'''), '42501', format('A4: %s cannot change roles', role)) FROM family WHERE role <> 'muster_auth';

-- Functions: nothing for everybody, and the ones that look across tenants pin their search path.
SELECT is_empty($$ SELECT proname FROM pg_proc p WHERE pronamespace = 'muster'::regnamespace AND has_function_privilege('public', p.oid, 'EXECUTE') $$,
                'G1: no function is everybody''s');
SELECT set_eq($$ SELECT proname::text FROM pg_proc WHERE pronamespace = 'muster'::regnamespace AND prosecdef $$,
              ARRAY['principal_enter', 'attempt_take', 'attempt_forget', 'sign_in_lookup', 'sign_in_record', 'register', 'certificate_public', 'audit', 'sign_in_refused', 'invitation_accept',
                    'mail_queue', 'mail_queue_about', 'job_schedule', 'job_take', 'job_next', 'job_done', 'job_fail', 'job_retry', 'mails_gone', 'retention_apply',
                    'mail_unsubscribe', 'invitation_mail_goes', 'link_enter', 'forgot', 'domain_enter', 'unknown_noted', 'attempt_take_some', 'pending_join',
                    'refuse_suspended', 'exercise_gives_back', 'admin_orgs', 'admin_org', 'admin_org_create', 'admin_org_invite', 'admin_org_change', 'admin_org_delete', 'admin_retention',
                    'admin_users', 'admin_user_change', 'admin_user_sessions_end', 'admin_settings', 'admin_settings_change', 'admin_health',
                    'admin_jobs', 'admin_job_retry', 'admin_job_delete', 'admin_audit_org', 'admin_audit_platform',
                    'export_page', 'person_erase', 'account_delete', 'organization_delete'],
              'G1: these functions alone act with other rights than the caller''s');
SELECT is(proowner::regrole::text || ' ' || proconfig[1], 'muster_lookup search_path=muster, pg_temp',
          format('G1: %s is muster_lookup''s and pins its search path', proname))
FROM pg_proc WHERE pronamespace = 'muster'::regnamespace AND prosecdef;
SELECT is(attempt(role, call), '42501', format('G1: %s cannot call %s', role, call))
FROM (VALUES ('muster_exercises', 'SELECT muster.sign_in_lookup(''x'')'), ('muster_portal', 'SELECT muster.sign_in_lookup(''x'')'),
             ('muster_exercises', 'SELECT muster.sign_in_record(gen_random_uuid(), gen_random_uuid())'),
             ('muster_portal', 'SELECT muster.register(''a'', ''b'', ''c'', ''d'', ''e'', ''f'', ''FREE'', NULL, ''en'')'),
             ('muster_portal', 'SELECT muster.exercise_delete(gen_random_uuid())'), ('muster_auth', 'SELECT muster.exercise_delete(gen_random_uuid())'),
             ('muster_exercises', 'SELECT muster.attempt_forget(''x'', ''x'')'), ('muster_auth', 'SELECT muster.certificate_public(gen_random_uuid())'),
             ('muster_exercises', 'SELECT muster.certificate_public(gen_random_uuid())')) AS t (role, call);
-- muster_lookup can do what its functions do and no more.
SELECT is(attempt('muster_lookup', statement), '42501', format('G1: muster_lookup is refused %s', statement))
FROM unnest(ARRAY['UPDATE muster.org SET slug = ''x''', 'UPDATE muster.app_user SET email = ''''', 'UPDATE muster.app_user SET role = ''SUPER_ADMIN''',
                  'UPDATE muster.credential SET password_hash = ''''', 'INSERT INTO muster.user_session SELECT * FROM muster.user_session',
                  'UPDATE muster.api_key SET scopes = ''{}''', 'SELECT recipe FROM muster.exercise', 'UPDATE muster.answer SET points = 0', 'DELETE FROM muster.answer', 'DELETE FROM muster.audit_log',
                  'DELETE FROM muster.personal_data', 'DELETE FROM muster.erasure_receipt', 'UPDATE muster.retention SET condition = ''true''',
                  'INSERT INTO muster.certificate SELECT * FROM muster.certificate']) statement;

\ir end.psql
