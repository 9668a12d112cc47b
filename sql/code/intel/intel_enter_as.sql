-- Enters an organisation as one of its API users, for the rest of this transaction, as enter_as() does with people: what org() and
-- intel_api_user() say from now on; person() is NULL.
CREATE OR REPLACE FUNCTION muster.intel_enter_as(p_org uuid, p_id bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_set pg_catalog.text;
BEGIN
    v_set := pg_catalog.set_config('backtrace_functions', pg_catalog.concat('muster_', pg_catalog.encode(pg_catalog.uuid_send(p_org), 'hex'),
                                                                            '_i', p_id), true);
    RETURN true;
END
$$;
