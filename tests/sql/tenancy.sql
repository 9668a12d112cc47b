-- Rule A3: the database keeps tenants apart, on every table with org_id, whatever a handler forgets.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid;
UPDATE us SET person = a_person(org);
CREATE TEMP TABLE them AS SELECT an_org() AS org;
ALTER TABLE them ADD person uuid;
UPDATE them SET person = a_person(org);
SELECT one_of_everything(org, person) FROM us;
SELECT one_of_everything(org, person) FROM them;
INSERT INTO muster.org_ending (org_id, ends_at) SELECT org, now() + interval '7 days' FROM (TABLE us UNION TABLE them) both_of_them;
ALTER TABLE muster.api_key DISABLE TRIGGER refuse_suspended; -- which looks before the policies do

-- Tables without a tenant are few and known; a new one has to be thought about.
SELECT set_eq($$ SELECT relname::text FROM pg_class WHERE relnamespace = 'muster'::regnamespace AND relkind IN ('r', 'p')
                 EXCEPT SELECT name::text FROM tenant_table $$,
              ARRAY['attempt', 'audit_anchor', 'audit_anchor_head', 'erasure_receipt', 'impersonal_column', 'intel_owner', 'intel_right', 'intel_role', 'job_rest', 'library', 'mail_stop', 'mail_stop_link', 'personal_category', 'personal_data', 'plan', 'platform_setting', 'retention', 'retention_run', 'tool', 'withdrawn_certificate'], 'A3: these tables alone have no org_id');
SELECT is(relrowsecurity AND relforcerowsecurity, true, format('A3: %s has row-level security, forced', name)) FROM tenant_table;
SELECT is_empty($$ SELECT relname FROM pg_class WHERE relnamespace = 'muster'::regnamespace AND relkind IN ('v', 'm', 'f') $$,
                'A3: no view looks past the policies');

-- The policies: one that compares org_id, and one of muster_lookup where its functions need it.
SELECT is((SELECT string_agg(concat_ws(' ', polcmd, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), polroles::text), ', ')
           FROM pg_policy WHERE polrelid = tab AND polroles <> ARRAY['muster_lookup'::regrole::oid]),
          '* (org_id = ( SELECT muster.org() AS org)) (org_id = ( SELECT muster.org() AS org)) {0}',
          format('A3: %s has the tenant policy and no other for the families', name)) FROM tenant_table;

-- Every one of them holds rows of two organisations, or the rest would prove nothing.
CREATE FUNCTION pg_temp.rows(p_role text, p_tab regclass) RETURNS text LANGUAGE sql AS
$$ SELECT value(p_role, format('SELECT count(*) FROM %s', p_tab)) $$;
SELECT cmp_ok(value('postgres', format('SELECT count(DISTINCT org_id) FROM %s', tab))::int, '>=', 2,
              format('fixtures: %s has rows of two organisations (extend one_of_everything)', name)) FROM tenant_table;

CREATE TEMP TABLE reader AS SELECT role, t.* FROM programs() AS role, tenant_table t
WHERE has_table_privilege(role, t.tab, 'SELECT');
GRANT SELECT ON reader TO PUBLIC;

-- Reading: no tenant, one that is claimed (proof.tap.sh has all ways to), one that is nobody's.
SELECT enter(NULL);
SELECT is(pg_temp.rows(role, tab), '0', format('A3: %s sees nothing in %s without a tenant', role, name)) FROM reader;
SELECT set_config('app.org_id', org::text, true), set_config('app.user_id', person::text, true) FROM us;
SELECT is(pg_temp.rows(role, tab), '0', format('A3: %s sees nothing in %s of a tenant that it claims to be', role, name)) FROM reader;
SELECT enter(gen_random_uuid());
SELECT is(pg_temp.rows(role, tab), '0', format('A3: %s sees nothing in %s as a tenant that is nobody', role, name)) FROM reader;

-- As one organisation: its own rows, and none of the other, also when asked for by name.
SELECT enter(org, person) FROM us;
SELECT cmp_ok(pg_temp.rows(role, tab)::int, '>', 0, format('A3: %s sees the tenant''s rows in %s', role, name)) FROM reader;
SELECT is(value(role, format('SELECT count(*) FROM %s WHERE org_id = %L', tab, (SELECT org FROM them))), '0',
          format('A3: %s sees no other tenant''s row in %s', role, name)) FROM reader;

-- Writing. A row of the other organisation is offered as it is.
CREATE FUNCTION pg_temp.insert_again(p_role text, p_tab regclass, p_org uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_row jsonb;
BEGIN
    EXECUTE format('SELECT to_jsonb(t) FROM %s t WHERE org_id = %L LIMIT 1', p_tab, p_org) INTO v_row;
    RETURN attempt(p_role, format('INSERT INTO %s SELECT (jsonb_populate_record(NULL::%s, %L)).*', p_tab, p_tab, v_row));
END $$;

CREATE TEMP TABLE writer AS SELECT role, t.* FROM programs() AS role, tenant_table t;
SELECT is(pg_temp.insert_again(role, tab, (SELECT org FROM them)), '42501', format('A3: %s cannot insert another tenant''s row into %s', role, name))
FROM writer;
SELECT enter(NULL);
SELECT is(pg_temp.insert_again(role, tab, (SELECT org FROM us)), '42501', format('A3: %s cannot insert into %s without a tenant', role, name))
FROM writer;
-- With the right tenant the same row is refused for being there twice: it was the policy that spoke above.
SELECT enter(org, person) FROM us;
SELECT is(pg_temp.insert_again(role, tab, (SELECT org FROM us)), '23505', format('A3: it is the policy that keeps %s out of %s', role, name))
FROM writer WHERE has_table_privilege(role, tab, 'INSERT');

-- Changing and deleting where the family may: nothing of another tenant is touched (rule A14).
SELECT is(value(role, format('WITH d AS (DELETE FROM %s WHERE org_id = %L RETURNING 1) SELECT count(*) FROM d', tab, (SELECT org FROM them))), '0',
          format('A14: %s deletes no row of another tenant in %s', role, name)) FROM writer WHERE has_table_privilege(role, tab, 'DELETE');
SELECT is(value(role, format('WITH d AS (UPDATE %s SET %I = %I WHERE org_id = %L RETURNING 1) SELECT count(*) FROM d', tab, attname, attname,
                             (SELECT org FROM them))), '0', format('A14: %s changes no %s.%s of another tenant', role, name, attname))
FROM writer JOIN pg_attribute ON attrelid = tab AND attnum > 0 AND NOT attisdropped
WHERE has_column_privilege(role, tab, attnum, 'UPDATE');
-- Without a tenant (the claim above still stands) and as one that is nobody's, a change or deletion of everything reaches nothing, and no row is
-- accepted, whoever it belongs to. (Restricted to rows that are seen: the policy hides them before the statement's own condition.)
CREATE FUNCTION pg_temp.touched(p_role text, p_tab regclass, p_column name) RETURNS text LANGUAGE sql AS
$$ SELECT value(p_role, format('WITH d AS (%s RETURNING 1) SELECT count(*) FROM d',
                               CASE WHEN p_column IS NULL THEN format('DELETE FROM %s', p_tab)
                                    ELSE format('UPDATE %s SET %I = %I', p_tab, p_column, p_column) END)) $$;
CREATE TEMP TABLE setting AS SELECT * FROM (VALUES ('without a tenant', NULL), ('as a tenant that is nobody', gen_random_uuid())) AS t (how, tenant);
SELECT is((SELECT pg_temp.touched(role, tab, NULL) FROM enter(tenant)), '0',
          format('A3: %s deletes nothing from %s %s', role, name, how))
FROM setting, writer WHERE has_table_privilege(role, tab, 'DELETE');
SELECT is((SELECT pg_temp.touched(role, tab, attname) FROM enter(tenant)), '0',
          format('A3: %s changes no %s.%s %s', role, name, attname, how))
FROM setting, writer JOIN pg_attribute ON attrelid = tab AND attnum > 0 AND NOT attisdropped WHERE has_column_privilege(role, tab, attnum, 'UPDATE');
SELECT is((SELECT pg_temp.insert_again(role, tab, us.org) FROM enter(tenant)), '42501',
          format('A3: %s inserts nothing into %s %s', role, name, how)) FROM setting, writer, us;
-- What would have been seen: with the policy out of the way the same statements find rows.
SELECT enter(NULL);
ALTER TABLE muster.org_profile DISABLE ROW LEVEL SECURITY;
SELECT cmp_ok(pg_temp.rows('muster_exercises', 'muster.org_profile')::int, '>', 1, 'the tests above see a table without row-level security');
SELECT cmp_ok(pg_temp.touched('muster_exercises', 'muster.org_profile', 'profile')::int, '>', 1, 'and change it');
ALTER TABLE muster.org_profile ENABLE ROW LEVEL SECURITY;
SELECT is(pg_temp.rows('muster_exercises', 'muster.org_profile'), '0', 'and not one with it');
-- The owner is bound too: FORCE. (Where muster_lookup has a policy, the owner has it as a member of that role.)
SELECT enter(org) FROM us;
SELECT is(value('muster_owner', format('SELECT count(*) FROM %s WHERE org_id = %L', tab, (SELECT org FROM them))), '0',
          format('A3: the owner sees no other tenant''s row in %s', name))
FROM tenant_table WHERE NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = tab AND polroles = ARRAY['muster_lookup'::regrole::oid]);

-- Keys carry the tenant, so that no row can point into another organisation. A job may be the platform's, and nothing points to it.
SELECT ok(EXISTS (SELECT FROM pg_constraint WHERE conrelid = tab AND contype = 'p' AND org_attnum = ANY (conkey)),
          format('A3: the primary key of %s contains org_id', name)) FROM tenant_table WHERE name <> 'job';
SELECT ok(EXISTS (SELECT FROM generate_subscripts(conkey, 1) i WHERE conkey[i] = a.org_attnum AND confkey[i] = b.org_attnum),
          format('A3: foreign key %s of %s compares org_id', conname, a.name))
FROM pg_constraint JOIN tenant_table a ON conrelid = a.tab JOIN tenant_table b ON confrelid = b.tab WHERE contype = 'f';

-- What the tables promise holds in the other direction, too: an organisation that is deleted leaves nothing.
DELETE FROM muster.org WHERE org_id = (SELECT org FROM them);
SELECT is(value('postgres', format('SELECT count(*) FROM %s WHERE org_id = %L', tab, (SELECT org FROM them))), '0',
          format('%s holds nothing of a deleted organisation', name)) FROM tenant_table;
SELECT cmp_ok(pg_temp.rows('postgres', tab)::int, '>', 0, format('%s keeps the others', name)) FROM tenant_table;

\ir end.psql
