-- The entries of one row: json_build_object(...) over the alias p_alias, without the rows that go along (export_lists).
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
