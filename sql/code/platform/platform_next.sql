-- What an administrator of the platform should look at: no row for anybody else. waiting: seconds that the oldest job has been due.
CREATE OR REPLACE FUNCTION muster.platform_next() RETURNS TABLE (dead bigint, waiting bigint, orgs bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT (SELECT count(*) FROM job j WHERE j.state = 'DEAD'),
           coalesce((SELECT extract(epoch FROM now() - min(j.run_at)) FROM job j WHERE j.state = 'QUEUED' AND j.run_at <= now())::bigint, 0),
           (SELECT count(*) FROM org o WHERE NOT o.pending AND o.created_at > now() - interval '7 days' AND o.org_id <> u.org_id)
    FROM app_user u WHERE u.org_id = org() AND u.id = person() AND u.role = 'SUPER_ADMIN' AND u.status = 'ACTIVE';
END
$$;
