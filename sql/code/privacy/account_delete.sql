-- The running person leaves for good. Verdicts: ok (with the receipt), gone (whoever asks was erased by a request that came a moment
-- earlier), email_mismatch, last_admin, last_platform_admin.
CREATE OR REPLACE FUNCTION muster.account_delete(p_email text, OUT verdict text, OUT receipt uuid) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_me app_user;
BEGIN
    PERFORM seats_lock(org()), pg_advisory_xact_lock(hashtextextended('platform administrators', 0));
    SELECT * INTO v_me FROM app_user u WHERE u.org_id = org() AND u.id = person();
    IF v_me.id IS NULL THEN
        verdict := 'gone';
    ELSIF v_me.email <> p_email THEN
        verdict := 'email_mismatch';
    ELSIF is_last_platform_admin(person()) THEN
        verdict := 'last_platform_admin';
    ELSIF is_last_admin(person()) THEN
        verdict := 'last_admin';
    ELSE
        PERFORM person_hold(person());
        PERFORM audit('user.erased', 'user', person(), jsonb_build_object('role', v_me.role));
        receipt := person_erase(person(), 'account');
        verdict := 'ok';
    END IF;
END
$$;
