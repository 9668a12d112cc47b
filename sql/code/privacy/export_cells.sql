-- What is exported of a row that goes along, in order: its key, what kind of value it is, and the SQL for it over c, the row.
CREATE OR REPLACE FUNCTION muster.export_cells(p muster.personal_data) RETURNS TABLE (n bigint, key text, kind text, cell text) LANGUAGE sql STABLE
AS $$
    SELECT c.n, c.value, k.kind, format(CASE k.kind WHEN 'json' THEN 'to_json(c.%I)' ELSE 'c.%I' END, c.key)
    FROM json_each_text(p.columns) WITH ORDINALITY AS c (key, value, n)
    JOIN pg_attribute a ON a.attrelid = ('muster.' || quote_ident(p.table_name))::regclass AND a.attname = c.key
    CROSS JOIN LATERAL (SELECT CASE WHEN a.atttypid IN ('text'::regtype, 'uuid'::regtype) THEN 'text'
                                    WHEN a.atttypid = 'timestamptz'::regtype THEN 'time'
                                    WHEN a.atttypid = 'bool'::regtype THEN 'boolean'
                                    WHEN a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN 'number'
                                    ELSE 'json' END AS kind) k
    WHERE c.value IS NOT NULL
$$;
