-- The preference that a kind of mail belongs to; NULL: mail that an account needs, or somebody asked for. invitations: mail that somebody
-- else causes, who need not know more than the address.
CREATE OR REPLACE FUNCTION muster.mail_topic(p_kind text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE p_kind WHEN 'member_joined' THEN 'team' WHEN 'exercise_completed' THEN 'results'
                       WHEN 'invitation' THEN 'invitations' WHEN 'verify_domain' THEN 'invitations'
                       WHEN 'confirm_registration' THEN 'invitations' WHEN 'already_registered' THEN 'invitations' END
$$;
