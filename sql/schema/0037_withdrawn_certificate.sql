-- Numbers of certificates that were deleted, as digests, until the certificates would have expired: whoever holds one learns that it was
-- issued here and withdrawn, which a forgery never was, and nothing else (rule E2).
CREATE TABLE muster.withdrawn_certificate (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    valid_until date NOT NULL
);
