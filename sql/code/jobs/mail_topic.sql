-- The preference that a kind of mail belongs to; NULL: mail that an account needs.
CREATE OR REPLACE FUNCTION muster.mail_topic(p_kind text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE p_kind WHEN 'member_joined' THEN 'team' WHEN 'exercise_completed' THEN 'results' END $$;
