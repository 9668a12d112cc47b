-- Rule G1: the families own nothing, have no DDL, and only the grants they need.
\ir begin.psql

CREATE TEMP TABLE family AS SELECT programs() AS role;
GRANT SELECT ON family TO PUBLIC;
SELECT set_eq($$ SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'muster%' $$,
              ARRAY['muster_owner', 'muster_lookup', 'muster_auth', 'muster_exercises', 'muster_portal', 'muster_intel', 'muster_jobs'], 'G1: the roles of an installation');
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
    'SELECT pg_read_file(''PG_VERSION'')', 'DELETE FROM schema_version', 'SELECT sha256 FROM schema_version', 'SELECT FROM schema_file']) AS statement;
-- A session's own role cannot be told apart inside attempt(), which sets it: asked of the catalogue.
SELECT ok(NOT pg_has_role(role, other, 'MEMBER'), format('G1: %s cannot become %s', role, other))
FROM family, unnest(ARRAY['muster_owner', 'muster_lookup', 'postgres']) other;

-- Grants: what the catalogue says is what the matrices say, for every role, table, column and function.
\ir ../../sql/access/tables.sql
\ir ../../sql/access/functions.sql
CREATE TEMP TABLE role_name AS SELECT rolname::text AS role, substr(rolname, 8) AS short FROM pg_roles WHERE rolname LIKE 'muster\_%' AND rolname <> 'muster_owner';
SELECT set_eq($$ SELECT jsonb_object_keys((SELECT to_jsonb(w) - 'name' FROM want_table w LIMIT 1)) $$, 'SELECT short FROM role_name', 'G1: the matrix has a column for every role');
CREATE TEMP TABLE has_right AS
SELECT c.relname::text AS name, r.short, p.letter, string_agg(a.attname, ', ' ORDER BY a.attname) FILTER (WHERE NOT has_table_privilege(r.role, c.oid, p.privilege)) AS columns
FROM pg_class c CROSS JOIN role_name r
CROSS JOIN (VALUES ('r', 'SELECT'), ('a', 'INSERT'), ('w', 'UPDATE'), ('d', 'DELETE'), ('D', 'TRUNCATE'), ('x', 'REFERENCES'), ('t', 'TRIGGER')) AS p (letter, privilege)
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND p.letter IN ('r', 'a', 'w', 'x') AND has_column_privilege(r.role, c.oid, a.attnum, p.privilege)
WHERE (c.relnamespace = 'muster'::regnamespace OR c.oid IN ('public.schema_version'::regclass, 'public.schema_file'::regclass)) AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
  AND (has_table_privilege(r.role, c.oid, p.privilege) OR a.attnum IS NOT NULL)
GROUP BY 1, 2, 3;
SELECT set_eq('SELECT name, short, letter, columns FROM has_right',
    $$ SELECT w.name, cell.key, part[1], (SELECT string_agg(x, ', ' ORDER BY x) FROM regexp_split_to_table(c.columns, ',\s*') x)
       FROM want_table w CROSS JOIN LATERAL jsonb_each_text(to_jsonb(w) - 'name') AS cell (key, value)
       CROSS JOIN LATERAL regexp_matches(cell.value, '(.)(\*?)', 'g') AS part
       LEFT JOIN want_column c ON part[2] = '*' AND (c.name, c.role, c.letter) = (w.name, cell.key, part[1]) $$,
    'G1: the rights on tables and columns are those of sql/access/tables.sql');
SELECT is_empty($$ SELECT c.* FROM want_column c LEFT JOIN want_table w USING (name)
                   WHERE coalesce(to_jsonb(w) ->> c.role, '') NOT LIKE '%' || c.letter || '*%' $$, 'G1: a list of columns belongs to a star in the matrix');
SELECT set_eq($$ SELECT p.proname::text, r.short FROM pg_proc p CROSS JOIN role_name r
                 WHERE p.pronamespace = 'muster'::regnamespace AND p.proowner::regrole::text <> r.role AND has_function_privilege(r.role, p.oid, 'EXECUTE') $$,
              $$ SELECT name, caller FROM want_function, regexp_split_to_table(callers, ' ') AS caller $$,
              'G1: the rights on functions are those of sql/access/functions.sql');

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

-- Functions: nothing for everybody, and the ones that look across tenants pin their search path, but for one that names everything with
-- its schema (principal.sql).
SELECT is_empty($$ SELECT proname FROM pg_proc p WHERE pronamespace = 'muster'::regnamespace AND has_function_privilege('public', p.oid, 'EXECUTE') $$,
                'G1: no function is everybody''s');
SELECT is(concat_ws(' ', proowner::regrole::text, proconfig[1]), 'muster_lookup' || CASE proname WHEN 'principal_enter' THEN '' ELSE ' search_path=muster, pg_temp' END,
          format('G1: %s is muster_lookup''s and pins its search path', proname))
FROM pg_proc WHERE pronamespace = 'muster'::regnamespace AND prosecdef;
-- A19: no function that a family may call is told the tenant. link_enter and its kin find it by what somebody proves; of the platform's
-- functions the organisation is the object, and they ask first who is calling.
CREATE TEMP VIEW called AS
SELECT p.*, (SELECT array_agg(n ORDER BY o) FROM unnest(p.proargnames, p.proargmodes) WITH ORDINALITY AS a (n, m, o)
             WHERE coalesce(m, 'i') IN ('i', 'b', 'v')) AS given
FROM pg_proc p WHERE pronamespace = 'muster'::regnamespace AND EXISTS (SELECT FROM family WHERE has_function_privilege(role, p.oid, 'EXECUTE'));
SELECT is_empty($$ SELECT proname, given FROM called WHERE array_to_string(given, ' ') ~ '(^| )(p_)?(org|org_id|organi[sz]ation|tenant)( |$)' AND proname <> 'register' $$,
                'A19: no family tells the database its tenant');
SELECT is(count(*)::int, 1, 'A19: a new organisation''s name is not one') FROM called WHERE proname = 'register' AND 'p_organization' = ANY (given);
SELECT is_empty($$ SELECT proname FROM called WHERE proname LIKE 'admin\_%' AND prosrc !~ '^\s*(DECLARE.*?)?\s*BEGIN\s+PERFORM platform_only\(\);' $$,
                'A19: the platform''s functions begin by asking who calls');
SELECT cmp_ok(count(*)::int, '>', 15, 'there are such functions') FROM called WHERE proname LIKE 'admin\_%';
SELECT is_empty($$ SELECT proname FROM called WHERE 'p_target' = ANY (given) AND proname NOT LIKE 'admin\_%' AND proname <> 'audit' $$, 'A19: an organisation is the object of the platform''s acts alone');
SELECT is(attempt(role, call), '42501', format('G1: %s cannot call %s', role, call))
FROM (VALUES ('muster_exercises', 'SELECT muster.sign_in_lookup(''x'')'), ('muster_portal', 'SELECT muster.sign_in_lookup(''x'')'),
             ('muster_exercises', 'SELECT muster.sign_in_record()'),
             ('muster_portal', 'SELECT muster.register(''a'', ''b'', ''c'', ''d'', ''e'', ''f'', ''FREE'', NULL, ''en'')'),
             ('muster_portal', 'SELECT muster.exercise_delete(gen_random_uuid())'), ('muster_auth', 'SELECT muster.exercise_delete(gen_random_uuid())'),
             ('muster_exercises', 'SELECT muster.attempt_forget(''x'', ''x'')'), ('muster_auth', 'SELECT muster.certificate_public(gen_random_uuid())'),
             ('muster_exercises', 'SELECT muster.certificate_public(gen_random_uuid())')) AS t (role, call);
-- muster_lookup can do what its functions do and no more.
SELECT is(attempt('muster_lookup', statement), '42501', format('G1: muster_lookup is refused %s', statement))
FROM unnest(ARRAY['UPDATE muster.org SET slug = ''x''', 'UPDATE muster.app_user SET email_verified_at = now()', 'UPDATE muster.app_user SET first_name = ''x''', 'UPDATE muster.app_user SET role = ''SUPER_ADMIN''',
                  'UPDATE muster.credential SET password_hash = ''''', 'INSERT INTO muster.user_session SELECT * FROM muster.user_session',
                  'UPDATE muster.api_key SET scopes = ''{}''', 'SELECT recipe FROM muster.exercise', 'UPDATE muster.answer SET points = 0', 'DELETE FROM muster.answer', 'DELETE FROM muster.audit_log',
                  'DELETE FROM muster.personal_data', 'DELETE FROM muster.erasure_receipt', 'UPDATE muster.retention SET condition = ''true''',
                  'INSERT INTO muster.certificate SELECT * FROM muster.certificate']) statement;

\ir end.psql
