-- All lists of rows that go along with t, by their keys: the records of each one behind the other, and a line end. NULL: there are none.
CREATE OR REPLACE FUNCTION muster.export_lists(p muster.personal_data) RETURNS text LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
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
