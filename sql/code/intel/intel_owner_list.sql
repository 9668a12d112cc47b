-- The owners that whoever runs this transaction sees, with the role there: the own one in the own Organization, elsewhere that of the
-- organisation, which the own one bounds (rule A16: roles of Communities are numbered from the strongest). invited: also those that the
-- organisation may still join, which have no role yet.
CREATE OR REPLACE FUNCTION muster.intel_owner_list(p_invited boolean DEFAULT false)
RETURNS TABLE (id integer, name text, kind text, public boolean, role text, home boolean, accepted boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_role text := intel_own_role();
BEGIN
    RETURN QUERY
    SELECT o.id, coalesce(o.name, t.name), o.kind, o.public,
           CASE WHEN o.kind = 'Organization' THEN v_role
                ELSE (SELECT e.name FROM intel_role e WHERE e.id = greatest(r.id, most.id)) END,
           o.home = org(), m.accepted_at IS NOT NULL
    FROM intel_member m
    JOIN intel_owner o ON o.id = m.owner_id
    JOIN org t ON t.org_id = o.home
    JOIN intel_role r ON r.name = m.role
    JOIN intel_role own ON own.name = v_role
    JOIN intel_role most ON most.name = own.most_elsewhere
    WHERE m.org_id = org() AND m.role <> 'Banned' AND (p_invited OR m.accepted_at IS NOT NULL)
    ORDER BY o.kind = 'Organization' DESC, o.id;
END
$$;
