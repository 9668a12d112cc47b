-- Whether whoever runs this transaction may do with an owner what needs this level in an area: 'READ', 'CREATE' or 'FULL'. The one place
-- that decides.
CREATE OR REPLACE FUNCTION muster.intel_may(p_owner bigint, p_area text, p_needs text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM intel_owner_list() o JOIN intel_right x ON x.role = o.role AND x.area = p_area
        WHERE o.id = p_owner
          AND CASE p_needs WHEN 'READ' THEN x.level IN ('READ', 'CREATE', 'FULL') WHEN 'CREATE' THEN x.level IN ('CREATE', 'FULL')
                           WHEN 'FULL' THEN x.level = 'FULL' ELSE false END);
END
$$;
