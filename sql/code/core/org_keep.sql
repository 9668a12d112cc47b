-- Nobody deletes the running organisation before this transaction ends; false when somebody has. For statements that lock rows of it,
-- which come behind it (sql/README.md).
CREATE OR REPLACE FUNCTION muster.org_keep() RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM FROM org o WHERE o.org_id = org() FOR KEY SHARE;
    RETURN FOUND;
END
$$;
