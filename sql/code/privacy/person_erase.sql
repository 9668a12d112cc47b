-- Erases a person of the running organisation as the registry says, and looks afterwards whether that is true. The caller holds
-- seats_lock() and the person's row, and writes the entry of the audit log when this is done.
CREATE OR REPLACE FUNCTION muster.person_erase(p_user uuid, p_kind text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    r personal_data;
    v_email text;
    v_receipt uuid;
    v_left boolean;
BEGIN
    PERFORM person_hold(p_user);
    SELECT u.email INTO STRICT v_email FROM app_user u WHERE u.org_id = org() AND u.id = p_user;
    FOR r IN SELECT * FROM personal_data d WHERE d.erasure = 'clear' ORDER BY d.table_name, d.link LOOP
        EXECUTE format('UPDATE muster.%I c SET %s FROM muster.%I t WHERE %s AND c.org_id = t.org_id AND c.%I = t.id AND NOT (%s)',
                       r.table_name, (SELECT string_agg(format('%I = NULL', k), ', ') FROM unnest(r.cleared) k), r.parent,
                       (SELECT export_match(d) FROM personal_data d WHERE d.table_name = r.parent AND d.link_kind = 'person'), r.link,
                       (SELECT string_agg(format('c.%I IS NULL', k), ' AND ') FROM unnest(r.cleared) k))
            USING p_user, v_email;
    END LOOP;
    FOR r IN SELECT * FROM personal_data d WHERE d.erasure = 'delete' OR d.delete_where IS NOT NULL
             ORDER BY d.table_name = 'app_user', d.table_name, d.link LOOP
        EXECUTE format('DELETE FROM muster.%I t WHERE %s%s', r.table_name, export_match(r), ' AND (' || r.delete_where || ')')
            USING p_user, v_email;
    END LOOP;
    FOR r IN SELECT * FROM personal_data d WHERE d.erasure IN ('delete', 'cascade', 'unlink') AND d.link_kind IN ('person', 'email')
             ORDER BY d.table_name, d.link LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM muster.%I t WHERE %s)', r.table_name, export_match(r)) INTO v_left USING p_user, v_email;
        IF v_left THEN
            RAISE EXCEPTION 'erasure left something in %', r.table_name;
        END IF;
    END LOOP;
    INSERT INTO erasure_receipt (kind) VALUES (p_kind) RETURNING id INTO v_receipt;
    RETURN v_receipt;
END
$$;
