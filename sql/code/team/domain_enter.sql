-- Enters the organisation (as nobody) that has verified the domain of this address, when the address may join it: no account has
-- it, and nobody with it was removed from there, in any of its spellings. p_proven: where mail leaves the server only an address that is
-- proven has one.
CREATE OR REPLACE FUNCTION muster.domain_enter(p_email text, p_spellings text[] DEFAULT '{}', p_proven boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
BEGIN
    SELECT d.org_id INTO v_org FROM org_domain d
    WHERE d.domain = split_part(p_email, '@', 2) AND d.verified_at IS NOT NULL
      AND NOT EXISTS (SELECT FROM app_user u WHERE u.email = ANY (p_email || p_spellings) AND (NOT p_proven OR is_account(u)))
      AND NOT EXISTS (SELECT FROM removed_person r
                      WHERE r.org_id = d.org_id AND r.email_digest IN (SELECT email_digest_of(d.org_id, e) FROM unnest(p_email || p_spellings) e));
    PERFORM enter_as(v_org, NULL);
END
$$;
