-- "Example & Sons GmbH" becomes "example-sons-gmbh".
CREATE OR REPLACE FUNCTION muster.slug_of(p_name text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(nullif(trim(BOTH '-' FROM left(regexp_replace(lower(p_name COLLATE "C"), '[^a-z0-9]+', '-', 'g'), 60)), ''), 'organisation')
$$;
