-- Ways into the organisation that somebody opened whose address nobody had proven: the open invitations, whose links are who knows where,
-- and, where nobody else is active, also those of somebody removed since, and the domains whose people may join, with whoever is on the
-- way in by them. Who has joined has joined.
CREATE OR REPLACE FUNCTION muster.ways_in_end(p_org uuid, p_user uuid) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_alone boolean := NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = p_org AND u.id <> p_user AND u.status = 'ACTIVE');
    v_gone uuid[];
BEGIN
    WITH gone AS (DELETE FROM invitation i WHERE i.org_id = p_org AND i.accepted_at IS NULL
                  AND (i.created_by = p_user OR (i.created_by IS NULL AND v_alone)) RETURNING i.id)
    SELECT array_agg(g.id) INTO v_gone FROM gone g;
    DELETE FROM org_domain d WHERE d.org_id = p_org AND v_alone;
    PERFORM audit_append(p_org, NULL, 'invitation.revoked', 'invitation', i, NULL) FROM unnest(v_gone) i;
END
$$;
