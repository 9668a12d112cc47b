-- An organisation that is going to be deleted: suspended since asked_at, erased from ends_at on, and restored by taking the row away before
-- begun_at (rule E2). receipt names the erasure once it is done; it is given before, so that the notices can say it. asked_in: the
-- organisation of the platform's administrator who asked for it; NULL: one of its own did. reminded: the last notice went out.
CREATE TABLE muster.org_ending (
    org_id uuid PRIMARY KEY REFERENCES muster.org (org_id) ON DELETE CASCADE,
    asked_at timestamptz NOT NULL DEFAULT now(),
    ends_at timestamptz NOT NULL,
    receipt uuid NOT NULL DEFAULT gen_random_uuid(),
    asked_in uuid,
    reminded boolean NOT NULL DEFAULT false,
    begun_at timestamptz
);
CREATE INDEX org_ending_ends ON muster.org_ending (ends_at);

-- Mails that tell its administrators.
ALTER TABLE muster.mail DROP CONSTRAINT mail_kind, ADD CONSTRAINT mail_kind CHECK (kind IN (
    'verify_email', 'reset_password', 'password_changed', 'invitation', 'verify_domain', 'member_joined', 'exercise_completed',
    'second_factor_on', 'second_factor_off', 'recovery_codes_replaced', 'recovery_code_used', 'api_key_created', 'new_device', 'role_changed',
    'factor_reset_asked', 'factor_reset', 'organization_ending', 'organization_ends_soon', 'organization_restored'));
