-- Rows that an entry of an export brings along (the answers of a run) go to the program as records of PostgreSQL, which makes JSON or
-- HTML of them: json_build_object() looks up the types of all columns for each row, and that was most of an export's time.

-- Such rows have no further entries: those are expressions over the entry's own row.
ALTER TABLE muster.personal_data ADD CONSTRAINT personal_data_nested_extra CHECK (nested IS NULL OR extra::text = '{}');

-- What is exported of a row that goes along, in order: its key, what kind of value it is, and the SQL for it over c, the row.
CREATE FUNCTION muster.export_cells(p muster.personal_data) RETURNS TABLE (n bigint, key text, kind text, cell text) LANGUAGE sql STABLE
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

-- All lists of rows that go along with t, by their keys: the records of each one behind the other, and a line end. NULL: there are none.
CREATE FUNCTION muster.export_lists(p muster.personal_data) RETURNS text LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT string_agg(format('array_to_string(ARRAY(SELECT ROW(%s)::text FROM muster.%I c WHERE c.org_id = t.org_id AND c.%I = t.id ORDER BY %s), '''') || chr(10)',
                                 (SELECT string_agg(x.cell, ', ' ORDER BY x.n) FROM export_cells(d) x), d.table_name, d.link,
                                 (SELECT string_agg(format('c.%I', k.name), ', ' ORDER BY k.n) FROM unnest(d.page_key) WITH ORDINALITY AS k (name, n))),
                          ' || ' ORDER BY d.nested)
        FROM personal_data d WHERE d.parent = p.table_name AND d.nested IS NOT NULL);
END
$$;

-- As in 0011, without the rows that go along.
CREATE OR REPLACE FUNCTION muster.export_object(p muster.personal_data, p_alias text) RETURNS text LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_parts text[];
BEGIN
    SELECT array_agg(format(CASE WHEN a.atttypid = 'timestamptz'::regtype THEN '%L, muster.iso_time(%I.%I)' ELSE '%L, %I.%I' END,
                            c.value, p_alias, c.key) ORDER BY c.n)
    INTO v_parts
    FROM json_each_text(p.columns) WITH ORDINALITY AS c (key, value, n)
    JOIN pg_attribute a ON a.attrelid = ('muster.' || quote_ident(p.table_name))::regclass AND a.attname = c.key
    WHERE c.value IS NOT NULL;
    v_parts := v_parts || ARRAY(SELECT format('%L, %s', e.key, e.value) FROM json_each_text(p.extra) AS e (key, value));
    RETURN format('json_build_object(%s)', array_to_string(v_parts, ', '));
END
$$;

-- As in 0011, and in `lists` what goes along with each row.
DROP FUNCTION muster.export_page(text, text, text[], integer);
CREATE FUNCTION muster.export_page(p_table text, p_link text, p_after text[], p_limit integer) RETURNS TABLE (item json, after text[], lists text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    r personal_data;
    v_email text;
    v_columns text;
    v_after text;
    v_text text;
BEGIN
    SELECT * INTO STRICT r FROM personal_data d WHERE d.table_name = p_table AND d.link = p_link AND d.link_kind IN ('person', 'email');
    SELECT u.email INTO STRICT v_email FROM app_user u WHERE u.org_id = org() AND u.id = person();
    SELECT string_agg(format('t.%I', k.name), ', ' ORDER BY k.n), string_agg(format('t.%I::text', k.name), ', ' ORDER BY k.n),
           string_agg(format('$3[%s]::%s', k.n, format_type(a.atttypid, NULL)), ', ' ORDER BY k.n)
    INTO v_columns, v_text, v_after
    FROM unnest(r.page_key) WITH ORDINALITY AS k (name, n)
    JOIN pg_attribute a ON a.attrelid = ('muster.' || quote_ident(r.table_name))::regclass AND a.attname = k.name;
    RETURN QUERY EXECUTE format('SELECT %s, ARRAY[%s], %s FROM muster.%I t WHERE %s%s ORDER BY %s LIMIT $4', export_object(r, 't'), v_text,
                                coalesce(export_lists(r), 'NULL::text'), r.table_name, export_match(r),
                                CASE WHEN p_after IS NULL THEN '' ELSE format(' AND (%s) > (%s)', v_columns, v_after) END, v_columns)
        USING person(), v_email, p_after, p_limit;
END
$$;

REVOKE ALL ON FUNCTION
    muster.export_cells(muster.personal_data), muster.export_lists(muster.personal_data), muster.export_page(text, text, text[], integer)
    FROM public;
ALTER FUNCTION muster.export_page(text, text, text[], integer) OWNER TO muster_lookup;
GRANT EXECUTE ON FUNCTION muster.export_cells(muster.personal_data), muster.export_lists(muster.personal_data) TO muster_lookup;
GRANT EXECUTE ON FUNCTION muster.export_cells(muster.personal_data), muster.export_page(text, text, text[], integer) TO muster_auth;
