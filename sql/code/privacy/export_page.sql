-- The running person's rows of one entry of the registry, from the one after p_after on (its page_key as text; NULL: from the first), in
-- the order of that key, with what goes along with each row in `lists`. For a person who is gone in the meantime it fails instead of
-- saying that there is nothing.
CREATE OR REPLACE FUNCTION muster.export_page(p_table text, p_link text, p_after text[], p_limit integer) RETURNS TABLE (item json, after text[], lists text)
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
