-- Whether an organisation is what strangers left (S5): all of its people are, and have been since before p_before, displaced by the owner
-- of their address, or, where mail leaves the server, not proven by anybody. Of the latter none goes in whose organisation an exercise was
-- ever generated: that is somebody's work, blocks nobody, and waits for a proof; nor one that the platform opened for them. Whoever was there before mail left the server has the same
-- time from that moment on (mail_mode() writes to them).
CREATE OR REPLACE FUNCTION muster.org_is_unproven(p_org uuid, p_before timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM app_user u WHERE u.org_id = p_org)
       AND NOT EXISTS (
           SELECT FROM app_user u CROSS JOIN platform_setting s
           WHERE u.org_id = p_org AND (is_account(u) OR NOT CASE
               WHEN u.displaced_at IS NOT NULL THEN u.displaced_at < p_before
               ELSE coalesce(greatest(u.created_at, s.mail_since) < p_before AND s.mail_since IS NOT NULL, false)
                    AND NOT EXISTS (SELECT FROM org_usage g WHERE g.org_id = p_org)
                    AND NOT EXISTS (SELECT FROM audit_log a WHERE a.org_id = p_org AND a.action = 'platform.organization_created') END));
END
$$;
