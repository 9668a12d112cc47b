-- Rows of the registry (0011) for what 0014 stores about people: which mail they want.

INSERT INTO muster.personal_category (key, position, label, purpose, legal_basis, retention, erasure, form) VALUES
('mailPreferences', 115, 'Mail you do not want', 'To leave you alone with mail that you turned off.', 'Contract: GDPR Art. 6(1)(b)',
 'Until you turn it on again.', 'Deleted.', 'array');

INSERT INTO muster.personal_data (table_name, link, link_kind, parent, nested, category, page_key, columns, extra, erasure, cleared, delete_where, note) VALUES
('mail_optout', 'user_id', 'person', NULL, NULL, 'mailPreferences', '{topic}', '{"user_id":null,"topic":"topic","created_at":"createdAt"}', '{}',
 'cascade', NULL, NULL, 'A wish of the person.'),
('mail_unsubscribe', 'user_id', 'person', NULL, NULL, 'mailPreferences', '{token_hash}',
 '{"user_id":null,"token_hash":null,"topic":"topic","expires_at":"expiresAt"}', '{"kind":"''link in a mail''"}', 'cascade', NULL, NULL,
 'A credential.');

INSERT INTO muster.retention (name, table_name, category, condition, days, sentence) VALUES
('unsubscribe_links', 'mail_unsubscribe', 'mailPreferences', 't.expires_at < $1', 0, 'Links in mails are removed %s days after they expired.');
-- FOR UPDATE needs the right to update something.
GRANT UPDATE (expires_at) ON muster.mail_unsubscribe TO muster_lookup;
