-- Removes at most 10,000 rows of each rule, a thousand at a time: {"removed":{"sessions":3},"more":false}. With more the caller comes
-- again at once, in another transaction. Rows that somebody is using are left for the next time. Organisations and people end as they always
-- do, with org_erase() and person_erase(), a few at a time, and first, because they take what is first in the order of locks.
CREATE OR REPLACE FUNCTION muster.retention_apply() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    r retention;
    v_batch bigint;
    v_count bigint;
    v_removed jsonb := '{}';
    v_more boolean := false;
BEGIN
    FOR r IN SELECT * FROM retention t WHERE t.days IS NOT NULL ORDER BY t.table_name NOT IN ('org', 'app_user'), t.name LOOP
        v_count := 0;
        LOOP
            IF r.table_name IN ('org', 'app_user') THEN
                v_batch := CASE r.table_name WHEN 'org' THEN orgs_expire(r.condition, now() - make_interval(days => r.days))
                                             ELSE people_expire(r.condition, now() - make_interval(days => r.days)) END;
                v_count := v_batch;
                EXIT;
            END IF;
            EXECUTE format('DELETE FROM muster.%I WHERE ctid = ANY (ARRAY(SELECT t.ctid FROM muster.%I t WHERE %s LIMIT 1000 FOR UPDATE SKIP LOCKED))',
                           r.table_name, r.table_name, r.condition)
                USING now() - make_interval(days => r.days);
            GET DIAGNOSTICS v_batch = ROW_COUNT;
            v_count := v_count + v_batch;
            EXIT WHEN v_batch < 1000 OR v_count >= 10000;
        END LOOP;
        v_more := v_more OR v_batch = CASE WHEN r.table_name IN ('org', 'app_user') THEN 50 ELSE 1000 END;
        IF v_count > 0 THEN
            v_removed := v_removed || jsonb_build_object(r.name, v_count);
            INSERT INTO retention_run (name, table_name, removed) VALUES (r.name, r.table_name, v_count);
        END IF;
    END LOOP;
    RETURN jsonb_build_object('removed', v_removed, 'more', v_more);
END
$$;
