-- Every key expires (rule A6): a year after it was made, unless whoever makes it says when. Those from before have a year from now on.
ALTER TABLE muster.api_key NO FORCE ROW LEVEL SECURITY;
UPDATE muster.api_key SET expires_at = now() + interval '1 year' WHERE expires_at IS NULL;
ALTER TABLE muster.api_key FORCE ROW LEVEL SECURITY,
    ALTER expires_at SET DEFAULT now() + interval '1 year', ALTER expires_at SET NOT NULL;
UPDATE muster.personal_category SET retention = 'Until you revoke them or they expire.' WHERE key = 'apiKeys';
