-- Deletes an owner of the running organisation with everything in it. Verdicts: ok, not_found, foreign.
CREATE OR REPLACE FUNCTION muster.owner_delete(p_id bigint) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_refusal text := intel_owner_refusal(p_id, false);
BEGIN
    IF p_id IS NULL OR v_refusal IS NOT NULL THEN
        RETURN coalesce(v_refusal, 'not_found');
    END IF;
    DELETE FROM intel_owner o WHERE o.id = p_id;
    PERFORM audit('owner.deleted', 'owner', NULL, jsonb_build_object('id', p_id));
    RETURN 'ok';
END
$$;
