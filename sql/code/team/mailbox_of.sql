-- The mailbox that an address is counted as: without what stands behind a plus, and without dots, which many servers do not look at.
-- mailbox_key() says the same (common/base/email.h).
CREATE OR REPLACE FUNCTION muster.mailbox_of(p_email text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT replace(split_part(split_part(p_email, '@', 1), '+', 1), '.', '') || '@' || split_part(p_email, '@', 2) $$;
