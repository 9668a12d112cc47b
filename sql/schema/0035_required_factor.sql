-- An organisation can require a second factor of everybody in it.
ALTER TABLE muster.org ADD second_factor_required boolean NOT NULL DEFAULT false;

-- A lost second factor: what an administrator asked for is a link of the person's, from the asking until it was done or called off.
ALTER TABLE muster.account_token DROP CONSTRAINT account_token_purpose_check,
    ADD CONSTRAINT account_token_purpose_check CHECK (purpose IN ('verify_email', 'reset_password', 'reset_factor'));

ALTER TABLE muster.mail DROP CONSTRAINT mail_kind, ADD CONSTRAINT mail_kind CHECK (kind IN (
    'verify_email', 'reset_password', 'password_changed', 'invitation', 'verify_domain', 'member_joined', 'exercise_completed',
    'second_factor_on', 'second_factor_off', 'recovery_codes_replaced', 'recovery_code_used', 'api_key_created', 'new_device', 'role_changed',
    'factor_reset_asked', 'factor_reset'));
