-- Jobs in one state, those that waited or ended last first; keyset on (time, id). What a job says of itself is its organisation's: of its
-- progress the figure alone is shown. Of a mail's recipient the domain alone is shown, also
-- where a mail server repeats the address in its refusal.
CREATE OR REPLACE FUNCTION muster.admin_jobs(p_state text, p_limit integer, p_us bigint, p_id uuid)
RETURNS TABLE (id uuid, kind text, mail_kind text, domain text, org_id uuid, org_name text, state text, percent smallint, attempts integer, max_attempts integer,
               last_error text, created_at timestamptz, run_at timestamptz, finished_at timestamptz, sort_us bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT j.id, j.kind, m.kind, nullif(split_part(m.recipient, '@', 2), ''), j.org_id, o.name, j.state, j.percent, j.attempts, j.max_attempts,
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
