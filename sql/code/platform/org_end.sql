-- The deletion of an organisation begins: from now on it is suspended, in seven days its erasure begins (org_ending_step()). Asked for again
-- it tells the same end. Its administrators get a mail at once, and another one the day before. p_asked_in: the organisation of the
-- platform's administrator who asks; NULL: one of its own does. The caller holds seats_lock_of(), has checked who may, and notes the act
-- when begun says that this was it. The row's lock lets nobody in meanwhile (refuse_suspended()).
CREATE OR REPLACE FUNCTION muster.org_end(p_org uuid, p_asked_in uuid, OUT ends_at timestamptz, OUT receipt uuid, OUT begun boolean) RETURNS record
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM FROM org o WHERE o.org_id = p_org FOR NO KEY UPDATE;
    SELECT e.ends_at, e.receipt INTO ends_at, receipt FROM org_ending e WHERE e.org_id = p_org;
    begun := NOT FOUND;
    IF begun THEN
        INSERT INTO org_ending AS e (org_id, ends_at, asked_in) VALUES (p_org, now() + interval '7 days', p_asked_in)
        RETURNING e.ends_at, e.receipt INTO ends_at, receipt;
        PERFORM org_tell(p_org, 'organization_ending');
    END IF;
END
$$;
