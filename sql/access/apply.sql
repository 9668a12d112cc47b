-- Makes the catalogue say what tables.sql, functions.sql and policies.sql say: first what is too much goes, then what is missing comes.
-- Nothing is touched that is right already, so a start without changes takes no lock.

DO $$ BEGIN EXECUTE (
    SELECT coalesce(string_agg(format('GRANT USAGE ON SCHEMA muster TO %I;', 'muster_' || role), ' '), '')
    FROM jsonb_object_keys((SELECT to_jsonb(w) - 'name' FROM want_table w LIMIT 1)) AS role
    WHERE NOT has_schema_privilege('muster_' || role, 'muster', 'USAGE')); END $$;

-- ---- tables ----

CREATE TEMPORARY VIEW has_grant AS
SELECT c.oid::regclass::text AS tab, '' AS col, coalesce(r.rolname, 'public')::text AS role, x.privilege_type AS privilege
FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
WHERE c.relkind IN ('r', 'p', 'v', 'S') AND x.grantee <> c.relowner
  AND (c.relnamespace = 'muster'::regnamespace OR c.oid = 'public.schema_version'::regclass)
UNION ALL
SELECT c.oid::regclass::text, a.attname::text, coalesce(r.rolname, 'public')::text, x.privilege_type
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid CROSS JOIN LATERAL aclexplode(a.attacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
WHERE c.relnamespace = 'muster'::regnamespace AND x.grantee <> c.relowner;

CREATE TEMPORARY TABLE want_grant ON COMMIT DROP AS
SELECT coalesce(to_regclass('muster.' || w.name), to_regclass('public.' || w.name))::text AS tab, col, 'muster_' || cell.key AS role,
       CASE part[1] WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' END AS privilege
FROM want_table w
CROSS JOIN LATERAL jsonb_each_text(to_jsonb(w) - 'name') AS cell (key, value)
CROSS JOIN LATERAL regexp_matches(cell.value, '([rawd])(\*?)', 'g') AS part
LEFT JOIN want_column c ON part[2] = '*' AND (c.name, c.role, c.letter) = (w.name, cell.key, part[1])
CROSS JOIN LATERAL regexp_split_to_table(CASE part[2] WHEN '*' THEN c.columns ELSE '' END, ',\s*') AS col;

DO $$
DECLARE
    g record;
BEGIN
    IF EXISTS (SELECT FROM want_grant w WHERE w.tab IS NULL) THEN
        RAISE EXCEPTION 'access/tables.sql names a table that is not there';
    END IF;
    FOR g IN SELECT * FROM has_grant EXCEPT SELECT * FROM want_grant LOOP
        EXECUTE format('REVOKE %s%s ON %s FROM %s', g.privilege, ' (' || nullif(quote_ident(nullif(g.col, '')), '') || ')', g.tab, g.role);
    END LOOP;
    FOR g IN SELECT * FROM want_grant EXCEPT SELECT * FROM has_grant LOOP
        EXECUTE format('GRANT %s%s ON %s TO %s', g.privilege, ' (' || nullif(quote_ident(nullif(g.col, '')), '') || ')', g.tab, g.role);
    END LOOP;
END
$$;
DROP VIEW has_grant;

-- ---- functions: nobody, but whom functions.sql names ----

DO $$
DECLARE
    f record;
BEGIN
    IF EXISTS (SELECT FROM want_function w WHERE NOT EXISTS (
                   SELECT FROM pg_proc p WHERE p.pronamespace = 'muster'::regnamespace AND p.proname = w.name)) THEN
        RAISE EXCEPTION 'access/functions.sql names a function that is not there';
    END IF;
    FOR f IN
        WITH has AS (
            SELECT p.oid, p.proname AS name, coalesce(r.rolname, 'public')::text AS role
            FROM pg_proc p CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x LEFT JOIN pg_roles r ON r.oid = x.grantee
            WHERE p.pronamespace = 'muster'::regnamespace AND x.grantee <> p.proowner),
        want AS (
            SELECT p.oid, p.proname AS name, 'muster_' || caller AS role
            FROM want_function w CROSS JOIN LATERAL regexp_split_to_table(w.callers, ' +') AS caller
            JOIN pg_proc p ON p.pronamespace = 'muster'::regnamespace AND p.proname = w.name)
        SELECT 'REVOKE EXECUTE ON FUNCTION %s FROM %s' AS act, h.oid::regprocedure AS name, h.role FROM (SELECT * FROM has EXCEPT SELECT * FROM want) h
        UNION ALL
        SELECT 'GRANT EXECUTE ON FUNCTION %s TO %s', w.oid::regprocedure, w.role FROM (SELECT * FROM want EXCEPT SELECT * FROM has) w LOOP
        EXECUTE format(f.act, f.name, f.role);
    END LOOP;
END
$$;

-- ---- row security: a policy's comment is the condition it was made with ----

DO $$
DECLARE
    p record;
BEGIN
    FOR p IN SELECT c.oid::regclass AS tab FROM pg_class c JOIN want_policy w ON w.table_name = c.relname AND w.name IN ('tenant', 'owner')
             WHERE c.relnamespace = 'muster'::regnamespace AND NOT (c.relrowsecurity AND c.relforcerowsecurity) LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', p.tab);
    END LOOP;
    FOR p IN
        SELECT l.polname AS name, l.polrelid::regclass AS tab
        FROM pg_policy l JOIN pg_class c ON c.oid = l.polrelid
        WHERE c.relnamespace = 'muster'::regnamespace AND NOT EXISTS (
            SELECT FROM want_policy w WHERE w.table_name = c.relname AND w.name = l.polname
                                        AND w.role || ': ' || w.condition IS NOT DISTINCT FROM obj_description(l.oid, 'pg_policy')) LOOP
        EXECUTE format('DROP POLICY %I ON %s', p.name, p.tab);
    END LOOP;
    FOR p IN
        SELECT w.* FROM want_policy w WHERE NOT EXISTS (
            SELECT FROM pg_policy l WHERE l.polrelid = ('muster.' || w.table_name)::regclass AND l.polname = w.name) LOOP
        EXECUTE format('CREATE POLICY %I ON muster.%I TO %s USING (%s) WITH CHECK (%4$s)', p.name, p.table_name, p.role, p.condition);
        EXECUTE format('COMMENT ON POLICY %I ON muster.%I IS %L', p.name, p.table_name, p.role || ': ' || p.condition);
    END LOOP;
END
$$;
