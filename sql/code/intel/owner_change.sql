-- Renames an owner of the running organisation, or makes a Source public or not (NULL: as it is). Verdicts: ok, not_found, foreign, public,
-- taken, kind (only Sources are public).
CREATE OR REPLACE FUNCTION muster.owner_change(p_id bigint, p_name text, p_public boolean) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v intel_owner;
    v_refusal text;
BEGIN
    SELECT * INTO v FROM intel_owner o WHERE o.id = p_id;
    v_refusal := intel_owner_refusal(p_id, coalesce(p_public, v.public, false) AND (p_public IS NULL) < (p_public IS DISTINCT FROM v.public));
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    ELSIF p_public AND v.kind <> 'Source' THEN
        RETURN 'kind';
    ELSIF p_name IS NOT NULL AND intel_name_is_seen(p_name, p_id) THEN
        RETURN 'taken';
    END IF;
    UPDATE intel_owner o SET name = coalesce(p_name, o.name), public = coalesce(p_public, o.public) WHERE o.id = p_id;
    PERFORM audit('owner.changed', 'owner', NULL, jsonb_build_object('id', p_id));
    RETURN 'ok';
END
$$;
