-- When the session's person last gave a password or a code again; NULL: not since signing in (rule A15).
ALTER TABLE muster.user_session ADD stepped_up_at timestamptz;
