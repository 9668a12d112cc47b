-- The end of an organisation: everything in it, and what lies elsewhere about the proven addresses of its people. Exercises go first, in
-- the order of locks and so that none is first written again without its person. The caller has locked the seats, and has the receipt.
CREATE OR REPLACE FUNCTION muster.org_erase(p_org uuid, p_receipt uuid) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    r personal_data;
BEGIN
    PERFORM play_end(p_org);
    DELETE FROM exercise e WHERE e.org_id = p_org;
    PERFORM FROM org o WHERE o.org_id = p_org FOR UPDATE;
    FOR r IN SELECT * FROM personal_data d WHERE d.link_kind = 'email' ORDER BY d.table_name, d.link LOOP
        EXECUTE format('DELETE FROM muster.%I t USING muster.app_user u WHERE u.org_id = $1 AND t.%I = u.email '
                       'AND (t.org_id = $1 OR u.email_verified_at IS NOT NULL)', r.table_name, r.link) USING p_org;
    END LOOP;
    DELETE FROM org o WHERE o.org_id = p_org;
    INSERT INTO erasure_receipt (id, kind) VALUES (p_receipt, 'organization');
END
$$;
