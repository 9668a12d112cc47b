-- Invites an organisation by its slug, or gives a member another role. Verdicts: ok, not_found, foreign, unknown, self, many.
CREATE OR REPLACE FUNCTION muster.member_invite(p_id bigint, p_slug text, p_role text, OUT verdict text, OUT member uuid)
RETURNS record LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    verdict := CASE WHEN p_id IS NULL THEN 'not_found' ELSE intel_owner_refusal(p_id, false) END;
    IF verdict IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT t.org_id INTO member FROM org t WHERE t.slug = p_slug AND NOT t.pending;
    verdict := CASE WHEN member IS NULL THEN 'unknown' WHEN member = org() THEN 'self'
                    WHEN (SELECT count(*) FROM intel_member m WHERE m.owner_id = p_id) >= 1000 THEN 'many' ELSE 'ok' END;
    IF verdict = 'ok' THEN
        INSERT INTO intel_member (org_id, owner_id, role) VALUES (member, p_id, p_role)
        ON CONFLICT (org_id, owner_id) DO UPDATE SET role = excluded.role;
        PERFORM audit('owner.member_invited', 'owner', NULL, jsonb_build_object('id', p_id, 'organization', member, 'role', p_role));
    END IF;
END
$$;
