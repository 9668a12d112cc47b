-- What platform administrators see of the logs and of the background work, and the commands on the server.
--
-- As in 0013, every admin_* function begins with platform_only().

-- ---- the log, across organisations ----

-- An organisation's log, newest first, keyset on the number. What exercises and certificates say in their detail stays with
-- the organisation (rule A3).
CREATE FUNCTION muster.admin_audit_org(p_org uuid, p_limit integer, p_before bigint, p_action text, p_actor uuid, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (org_id uuid, org_name text, seq bigint, at timestamptz, at_us bigint, kind text, actor_id uuid, actor text, action text,
               target text, target_id uuid, target_name text, detail jsonb, request text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT l.org_id, o.name, l.seq, l.at, (extract(epoch FROM l.at) * 1000000)::bigint, l.actor_kind, l.actor_id, a.name, l.action,
           l.target_type, l.target_id, t.name, CASE WHEN l.target_type IN ('exercise', 'certificate') THEN '{}' ELSE l.detail END, l.request_id
    FROM audit_log l JOIN org o ON o.org_id = l.org_id
    LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM app_user u
                       WHERE u.org_id = l.org_id AND u.id = l.actor_id LIMIT 1) a ON true
    LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM app_user u
                       WHERE u.org_id = l.org_id AND u.id = l.target_id AND l.target_type = 'user' LIMIT 1) t ON true
    WHERE l.org_id = p_org
      AND l.seq < coalesce(p_before, 9223372036854775807)
      AND (p_action IS NULL OR l.action = p_action)
      AND (p_actor IS NULL OR l.actor_id = p_actor)
      AND (p_since IS NULL OR l.at >= p_since)
      AND (p_until IS NULL OR l.at < p_until)
    ORDER BY l.seq DESC
    LIMIT p_limit;
END
$$;

-- The platform's own acts, whoever of its administrators or which command on the server did them; keyset on (at, org_id).
CREATE FUNCTION muster.admin_audit_platform(p_limit integer, p_us bigint, p_org uuid, p_action text, p_actor uuid, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (org_id uuid, org_name text, seq bigint, at timestamptz, at_us bigint, kind text, actor_id uuid, actor text, action text,
               target text, target_id uuid, target_name text, detail jsonb, request text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT l.org_id, o.name, l.seq, l.at, (extract(epoch FROM l.at) * 1000000)::bigint, l.actor_kind, l.actor_id, a.name, l.action,
           l.target_type, l.target_id, coalesce(t.name, w.name), l.detail, l.request_id
    FROM audit_log l JOIN org o ON o.org_id = l.org_id
    LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM app_user u
                       WHERE u.org_id = l.org_id AND u.id = l.actor_id LIMIT 1) a ON true
    LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM app_user u
                       WHERE u.id = l.target_id AND l.target_type = 'user' LIMIT 1) t ON true
    LEFT JOIN LATERAL (SELECT c.name FROM org c WHERE c.org_id = l.target_id AND l.target_type = 'organization' LIMIT 1) w ON true
    WHERE l.action LIKE 'platform.%' AND l.actor_kind <> 'platform'
      AND (l.at, l.org_id) < (timestamptz 'epoch' + p_us * interval '1 microsecond', p_org)
      AND (p_action IS NULL OR l.action = p_action)
      AND (p_actor IS NULL OR l.actor_id = p_actor)
      AND (p_since IS NULL OR l.at >= p_since)
      AND (p_until IS NULL OR l.at < p_until)
    ORDER BY l.at DESC, l.org_id DESC
    LIMIT p_limit;
END
$$;

-- ---- health and dead letters ----

CREATE INDEX job_finished ON muster.job (finished_at) WHERE state = 'DONE';

-- What only the database knows. workers: how many are connected now.
CREATE FUNCTION muster.admin_health()
RETURNS TABLE (size_bytes bigint, migration text, migrated_at timestamptz, started_at timestamptz, queued bigint, running bigint, dead bigint,
               oldest_seconds bigint, worker_at timestamptz, workers bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT pg_database_size(current_database()), v.version || ' ' || v.name, v.applied_at, pg_postmaster_start_time(), j.queued, j.running,
           (SELECT count(*) FROM job d WHERE d.state = 'DEAD'),
           greatest(0, extract(epoch FROM now() - j.oldest))::bigint,
           (SELECT d.finished_at FROM job d WHERE d.state = 'DONE' ORDER BY d.finished_at DESC LIMIT 1),
           (SELECT count(*) FROM pg_stat_activity a WHERE a.usename = 'muster_jobs')
    FROM (SELECT s.version, s.name, s.applied_at FROM public.schema_version s ORDER BY s.version DESC LIMIT 1) v,
         (SELECT count(*) FILTER (WHERE d.state = 'QUEUED') AS queued, count(*) FILTER (WHERE d.state = 'RUNNING') AS running,
                 min(d.run_at) FILTER (WHERE d.state = 'QUEUED' AND d.run_at <= now()) AS oldest
          FROM job d WHERE d.state IN ('QUEUED', 'RUNNING')) j;
END
$$;

-- Jobs in one state, those that waited or ended last first; keyset on (time, id). Of a mail's recipient the domain alone is shown, also
-- where a mail server repeats the address in its refusal.
CREATE FUNCTION muster.admin_jobs(p_state text, p_limit integer, p_us bigint, p_id uuid)
RETURNS TABLE (id uuid, kind text, mail_kind text, domain text, org_id uuid, org_name text, state text, attempts integer, max_attempts integer,
               last_error text, created_at timestamptz, run_at timestamptz, finished_at timestamptz, sort_us bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT j.id, j.kind, m.kind, nullif(split_part(m.recipient, '@', 2), ''), j.org_id, o.name, j.state, j.attempts, j.max_attempts,
           regexp_replace(j.last_error, '[^[:space:]<>"(),;:]+@', '…@', 'g'), j.created_at, j.run_at, j.finished_at,
           (extract(epoch FROM j.sort_at) * 1000000)::bigint
    FROM (SELECT d.*, coalesce(d.finished_at, d.run_at) AS sort_at FROM job d
          WHERE d.state = p_state AND d.state <> 'DONE'
            AND (coalesce(d.finished_at, d.run_at), d.id) < (timestamptz 'epoch' + p_us * interval '1 microsecond', p_id)
          ORDER BY coalesce(d.finished_at, d.run_at) DESC, d.id DESC
          LIMIT p_limit) j
    LEFT JOIN mail m ON m.org_id = j.org_id AND m.id = j.mail_id
    LEFT JOIN org o ON o.org_id = j.org_id
    ORDER BY j.sort_at DESC, j.id DESC;
END
$$;

-- Puts a dead letter back into the queue. Verdicts: ok, not_found, not_dead (also when the same work waits already).
CREATE FUNCTION muster.admin_job_retry(p_job uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_job job;
BEGIN
    PERFORM platform_only();
    SELECT * INTO v_job FROM job j WHERE j.id = p_job FOR UPDATE;
    IF v_job.id IS NULL THEN
        RETURN 'not_found';
    ELSIF NOT job_retry(p_job) THEN
        RETURN 'not_dead';
    END IF;
    PERFORM platform_audit(v_job.org_id, 'platform.job_retried', 'job', p_job, jsonb_build_object('kind', v_job.kind));
    RETURN 'ok';
END
$$;

-- Gives a dead letter up: the job is gone, and the mail with it. Verdicts as above.
CREATE FUNCTION muster.admin_job_delete(p_job uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_job job;
BEGIN
    PERFORM platform_only();
    SELECT * INTO v_job FROM job j WHERE j.id = p_job FOR UPDATE;
    IF v_job.id IS NULL THEN
        RETURN 'not_found';
    ELSIF v_job.state <> 'DEAD' THEN
        RETURN 'not_dead';
    END IF;
    DELETE FROM mail m WHERE m.org_id = v_job.org_id AND m.id = v_job.mail_id;
    DELETE FROM job j WHERE j.org_id IS NOT DISTINCT FROM v_job.org_id AND j.id = p_job;
    PERFORM platform_audit(v_job.org_id, 'platform.job_deleted', 'job', p_job, jsonb_build_object('kind', v_job.kind));
    RETURN 'ok';
END
$$;

-- ---- commands on the server (apps/instance/platform.sh), run by the superuser: the first administrator comes from here ----

-- Verdicts: ok, no_plan.
CREATE FUNCTION muster.server_org_create(p_name text, p_email text, p_plan text, p_hash bytea, p_days integer,
                                         OUT verdict text, OUT org uuid, OUT expires timestamptz)
RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_invitation uuid;
BEGIN
    org := gen_random_uuid();
    SELECT o.verdict, o.invitation, o.expires INTO verdict, v_invitation, expires
    FROM org_open(org, p_name, p_plan, lower(p_email), p_hash, p_days, NULL) o;
    IF verdict = 'ok' THEN
        PERFORM audit_append(org, NULL, 'platform.organization_created', 'organization', org,
                             jsonb_build_object('plan', p_plan, 'invitation', v_invitation));
    END IF;
END
$$;

-- Gives the platform's role, or takes it: then the person administers the own organisation, which therefore never loses its last
-- administrator by this. Verdicts: ok, not_found, inactive, suspended, already, not_platform.
CREATE FUNCTION muster.server_platform_admin(p_email text, p_revoke boolean) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_user app_user;
BEGIN
    PERFORM seats_lock(u.org_id) FROM app_user u WHERE u.email = lower(p_email);
    SELECT * INTO v_user FROM app_user u WHERE u.email = lower(p_email) FOR NO KEY UPDATE;
    IF v_user.id IS NULL THEN
        RETURN 'not_found';
    ELSIF p_revoke AND v_user.role <> 'SUPER_ADMIN' THEN
        RETURN 'not_platform';
    ELSIF NOT p_revoke AND v_user.role = 'SUPER_ADMIN' THEN
        RETURN 'already';
    ELSIF NOT p_revoke AND v_user.status <> 'ACTIVE' THEN
        RETURN 'inactive';
    ELSIF NOT p_revoke AND EXISTS (SELECT FROM org o WHERE o.org_id = v_user.org_id AND o.suspended_at IS NOT NULL) THEN
        RETURN 'suspended';
    END IF;
    UPDATE app_user u SET role = CASE WHEN p_revoke THEN 'CLIENT_ADMIN' ELSE 'SUPER_ADMIN' END
    WHERE u.org_id = v_user.org_id AND u.id = v_user.id;
    PERFORM audit_append(v_user.org_id, NULL, CASE WHEN p_revoke THEN 'platform.role_taken' ELSE 'platform.role_given' END, 'user', v_user.id,
                         jsonb_build_object('from', v_user.role, 'to', CASE WHEN p_revoke THEN 'CLIENT_ADMIN' ELSE 'SUPER_ADMIN' END));
    RETURN 'ok';
END
$$;

-- ---- rights ----

CREATE POLICY platform_read ON muster.audit_log FOR SELECT TO muster_lookup USING (true);
GRANT SELECT ON muster.audit_log, public.schema_version TO muster_lookup;
-- Only through admin_job_retry().
REVOKE EXECUTE ON FUNCTION muster.job_retry(uuid) FROM muster_portal;
REVOKE ALL ON FUNCTION muster.server_org_create(text, text, text, bytea, integer), muster.server_platform_admin(text, boolean) FROM public;
DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid::regprocedure FROM pg_proc p
             WHERE p.pronamespace = 'muster'::regnamespace AND p.proname LIKE 'admin\_%' LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM public', f);
        EXECUTE format('ALTER FUNCTION %s OWNER TO muster_lookup', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO muster_portal', f);
    END LOOP;
END
$$;
