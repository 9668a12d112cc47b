-- Whether what is stored about a person is an account also where mail leaves the server: the address is proven, or an operator made it
-- one by the server's commands (the platform's administrators, the demo).
CREATE OR REPLACE FUNCTION muster.is_account(p muster.app_user) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$ SELECT p.email_verified_at IS NOT NULL OR p.role = 'SUPER_ADMIN' OR p.email = 'demo@example.com' $$;
