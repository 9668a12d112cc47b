-- The public verification page: the certificate's own facts, by its unguessable id, across tenants. The organisation is named as the
-- certificate names it.
CREATE OR REPLACE FUNCTION muster.certificate_public(p_id uuid)
RETURNS TABLE (id uuid, holder text, organization text, exercise text, theme text, difficulty text, grade text,
               correct_count smallint, question_count smallint, issued_at timestamptz, valid_until timestamptz, status text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT c.id, c.holder, coalesce(b.display_name, o.name), c.exercise_title, c.theme, c.difficulty, c.grade, c.correct_count,
           c.question_count, c.issued_at, c.valid_until,
           CASE WHEN c.revoked_at IS NOT NULL THEN 'revoked' WHEN c.valid_until < now() THEN 'expired' ELSE 'valid' END
    FROM certificate c JOIN org o ON o.org_id = c.org_id LEFT JOIN org_branding b ON b.org_id = c.org_id
    WHERE c.id = p_id;
END
$$;
