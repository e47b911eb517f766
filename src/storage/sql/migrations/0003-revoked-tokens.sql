-- Tokens that were revoked alone (RFC 7009), each until it expires.
CREATE TABLE revoked_tokens (
  project_id TEXT NOT NULL REFERENCES projects (id),
  jti TEXT NOT NULL,
  -- The slot of the token, to count the revoked tokens of a secret.
  slot BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (project_id, jti)
);

CREATE INDEX revoked_tokens_by_slot ON revoked_tokens (project_id, slot);

-- For the task that deletes the expired ones of all projects.
CREATE INDEX revoked_tokens_by_end ON revoked_tokens (expires_at);
