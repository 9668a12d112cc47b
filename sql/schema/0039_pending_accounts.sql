-- Where mail leaves the server an address that nobody has proven is no account (S5): who registers waits for a mail, whether for a new
-- organisation, with an invitation that was handed over, or by domain.
--
-- The new organisation is there while its registration waits, because mails belong to one; it is nobody's, and goes with the registration.
-- taken_over_at: since when the owner of the address has what somebody else had made with it. displaced_at: since when the owner of the
-- address has begun anew, so that what is left here is nobody's.
ALTER TABLE muster.org ADD pending boolean NOT NULL DEFAULT false;
ALTER TABLE muster.app_user
    ADD taken_over_at timestamptz,
    ADD displaced_at timestamptz;
CREATE INDEX org_pending ON muster.org (created_at) WHERE pending;
CREATE INDEX app_user_displaced ON muster.app_user (displaced_at) WHERE displaced_at IS NOT NULL;

-- The owner sees all rows, which the new constraints are held against.
ALTER TABLE muster.org NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.invitation NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.pending_registration NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.mail NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.pending_registration
    ALTER domain_id DROP NOT NULL,
    ADD invitation_id uuid,
    ADD CONSTRAINT pending_registration_org FOREIGN KEY (org_id) REFERENCES muster.org (org_id) ON DELETE CASCADE,
    ADD CONSTRAINT pending_registration_invitation FOREIGN KEY (org_id, invitation_id) REFERENCES muster.invitation (org_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT pending_registration_way CHECK (domain_id IS NULL OR invitation_id IS NULL);
CREATE INDEX pending_registration_invited ON muster.pending_registration (org_id, invitation_id) WHERE invitation_id IS NOT NULL;

ALTER TABLE muster.mail DROP CONSTRAINT mail_kind, ADD CONSTRAINT mail_kind CHECK (kind IN (
    'verify_email', 'reset_password', 'password_changed', 'invitation', 'verify_domain', 'member_joined', 'exercise_completed',
    'second_factor_on', 'second_factor_off', 'recovery_codes_replaced', 'recovery_code_used', 'api_key_created', 'new_device', 'role_changed',
    'factor_reset_asked', 'factor_reset', 'organization_ending', 'organization_ends_soon', 'organization_restored',
    'confirm_registration', 'already_registered', 'prove_address'));

-- "Do not mail me again", said by somebody who need not have an account and holds for mails of all organisations (S10). A digest of the
-- address, and digests of the links in the mails that it can be said with.
CREATE TABLE muster.mail_stop (
    address_digest bytea PRIMARY KEY CHECK (length(address_digest) = 32),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE muster.mail_stop_link (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    address_digest bytea NOT NULL CHECK (length(address_digest) = 32),
    expires_at timestamptz NOT NULL
);
CREATE INDEX mail_stop_link_expires ON muster.mail_stop_link (expires_at);
ALTER TABLE muster.mail FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.pending_registration FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.invitation FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.org FORCE ROW LEVEL SECURITY;

-- Since when mail leaves the server; NULL: it does not.
ALTER TABLE muster.platform_setting ADD mail_since timestamptz;
