-- When a second factor goes whose removal was asked for at that moment: a day in which its person can object.
CREATE OR REPLACE FUNCTION muster.factor_reset_at(p_asked timestamptz) RETURNS timestamptz LANGUAGE sql STABLE
AS $$ SELECT p_asked + interval '24 hours' $$;
