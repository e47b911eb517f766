-- Rotation of signing keys. One is active and signs; at most one is next, published but not signing yet;
-- the others are retired: published for 24 hours and five minutes, since a token lives for at most 24 hours.

ALTER TABLE projects ADD COLUMN signing_algorithm TEXT NOT NULL DEFAULT 'ES256';

-- For the next key: when a scheduled rotation was requested for.
ALTER TABLE signing_keys ADD COLUMN activates_at BIGINT;
ALTER TABLE signing_keys ADD COLUMN activated_at BIGINT;
ALTER TABLE signing_keys ADD COLUMN retired_at BIGINT;

UPDATE signing_keys SET activated_at = created_at WHERE active = 1;

CREATE UNIQUE INDEX signing_keys_next ON signing_keys (project_id)
  WHERE active = 0 AND retired_at IS NULL;
