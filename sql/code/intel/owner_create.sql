-- Makes a Community or Source of the running organisation, which directs it. Verdicts: ok, taken, many, public.
CREATE OR REPLACE FUNCTION muster.owner_create(p_name text, p_kind text, p_public boolean, OUT verdict text, OUT id integer)
RETURNS record LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    verdict := intel_owner_refusal(NULL, p_public);
    IF verdict IS NULL THEN
        PERFORM FROM org o WHERE o.org_id = org() FOR NO KEY UPDATE; -- two of one name at once
        verdict := CASE WHEN intel_name_is_seen(p_name, NULL) THEN 'taken'
                        WHEN (SELECT count(*) FROM intel_owner o WHERE o.home = org()) > 100 THEN 'many' ELSE 'ok' END;
    END IF;
    IF verdict = 'ok' THEN
        INSERT INTO intel_owner (home, kind, name, public) VALUES (org(), p_kind, p_name, p_public) RETURNING intel_owner.id INTO id;
        INSERT INTO intel_member (org_id, owner_id, role, accepted_at) VALUES (org(), id, 'Director', now());
        PERFORM audit('owner.created', 'owner', NULL, jsonb_build_object('id', id, 'kind', p_kind, 'public', p_public));
    END IF;
END
$$;
