-- Whose a row is, as a condition over t: $1 is the person, $2 the address. What other organisations hold about an address counts only
-- when it is proven.
CREATE OR REPLACE FUNCTION muster.export_match(p muster.personal_data) RETURNS text LANGUAGE sql STABLE
AS $$
    SELECT CASE p.link_kind WHEN 'person' THEN format('t.org_id = muster.org() AND t.%I = $1', p.link)
                            WHEN 'email' THEN format('t.%I = $2 AND (t.org_id = muster.org() OR muster.address_is_proven($2))', p.link) END
        || coalesce(' AND (' || p.only_where || ')', '')
$$;
