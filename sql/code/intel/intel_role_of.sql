-- As what people act whose role in the organisation is this.
CREATE OR REPLACE FUNCTION muster.intel_role_of(p_role text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE p_role WHEN 'CLIENT_ADMIN' THEN 'Organization Administrator' WHEN 'SUPER_ADMIN' THEN 'Organization Administrator'
                       WHEN 'FACILITATOR' THEN 'Standard User' WHEN 'MEMBER' THEN 'Read Only Commenter' ELSE 'Read Only User' END
$$;
