-- Mails that tell a person what happened to the own account.
ALTER TABLE muster.mail DROP CONSTRAINT mail_kind, ADD CONSTRAINT mail_kind CHECK (kind IN (
    'verify_email', 'reset_password', 'password_changed', 'invitation', 'verify_domain', 'member_joined', 'exercise_completed',
    'second_factor_on', 'second_factor_off', 'recovery_codes_replaced', 'recovery_code_used', 'api_key_created', 'new_device', 'role_changed'));

-- Where a person has signed in: a digest of network address and browser, to tell when it is somewhere else.
CREATE TABLE muster.known_device (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    created_at timestamptz NOT NULL DEFAULT now(), last_seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, user_id, digest),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
