-- Roles of an installation. Run as a superuser before the migrations; safe to run again.
-- One login role per family, and one for the worker, with only its grants (rule G1); muster_owner owns the schema and runs DDL;
-- muster_lookup owns the few SECURITY DEFINER functions that must look across tenants and cannot log in.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['muster_owner', 'muster_auth', 'muster_exercises', 'muster_portal', 'muster_intel', 'muster_jobs'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS', role_name);
        END IF;
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'muster_lookup') THEN
        CREATE ROLE muster_lookup NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
END
$$;

GRANT muster_lookup TO muster_owner;
-- Refused callers leave no line in the log of the server (principal_refuse()).
GRANT SET ON PARAMETER log_min_messages TO muster_lookup;
-- Who asks is kept where no family can write (enter_as()).
GRANT SET ON PARAMETER backtrace_functions TO muster_lookup;

-- Not even temporary tables: everybody has them by default.
DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$;

-- Guards against a statement gone wrong; the families reconnect and answer 503 when one is hit.
ALTER ROLE muster_auth SET statement_timeout = '15s';
ALTER ROLE muster_exercises SET statement_timeout = '15s';
ALTER ROLE muster_portal SET statement_timeout = '15s';
ALTER ROLE muster_intel SET statement_timeout = '15s';
-- Nobody waits for the worker, and applying retention is one long statement.
ALTER ROLE muster_jobs SET statement_timeout = '10min';
ALTER ROLE muster_auth SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE muster_exercises SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE muster_portal SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE muster_intel SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE muster_jobs SET idle_in_transaction_session_timeout = '15s';
