-- The running person leaves for good and at once: this right waits for nothing, also where the organisation is going to be deleted, whose
-- last administrator may leave, too, since nobody will have to administer it. Verdicts: ok (with the receipt), gone (whoever asks was erased by a request that came a moment
-- earlier), email_mismatch, last_admin, last_platform_admin. Who mistypes the address waits for nobody.
CREATE OR REPLACE FUNCTION muster.account_delete(p_email text, p_spellings text[] DEFAULT '{}', OUT verdict text, OUT receipt uuid) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_me app_user;
BEGIN
    SELECT * INTO v_me FROM app_user u WHERE u.org_id = org() AND u.id = person();
    IF v_me.email = ANY (p_email || p_spellings) THEN
        PERFORM seats_lock(), platform_lock(person());
        SELECT * INTO v_me FROM app_user u WHERE u.org_id = org() AND u.id = person();
    END IF;
    IF v_me.id IS NULL THEN
        verdict := 'gone';
    ELSIF v_me.email <> ALL (p_email || p_spellings) THEN
        verdict := 'email_mismatch';
    ELSE
        verdict := leave_refusal(false);
    END IF;
    IF verdict IS NULL THEN
        PERFORM person_hold(person());
        receipt := person_erase(person(), 'account');
        PERFORM audit_append(org(), person(), 'user.erased', 'user', person(), jsonb_build_object('role', v_me.role), true);
        verdict := 'ok';
    END IF;
END
$$;
