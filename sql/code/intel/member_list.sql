-- The organisations of an owner: all of them for the one whose it is, itself alone for another. No row: the owner is none of the caller's.
CREATE OR REPLACE FUNCTION muster.member_list(p_id bigint)
RETURNS TABLE (member uuid, slug text, name text, role text, invited_at timestamptz, accepted_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT t.org_id, t.slug, t.name, m.role, m.invited_at, m.accepted_at
    FROM intel_member mine
    JOIN intel_owner o ON o.id = mine.owner_id
    JOIN intel_member m ON m.owner_id = o.id AND (o.home = org() OR m.org_id = org())
    JOIN org t ON t.org_id = m.org_id
    WHERE mine.org_id = org() AND mine.owner_id = p_id AND mine.role <> 'Banned'
    ORDER BY m.invited_at, t.slug
    LIMIT 1000;
END
$$;
