-- Tokens that were revoked one by one (RFC 7009), each until its own end.
CREATE TABLE revoked_tokens (
  project_id TEXT NOT NULL REFERENCES projects (id),
  jti TEXT NOT NULL,
  -- That of the token, to count how many of one secret there are.
  slot BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (project_id, jti)
);

CREATE INDEX revoked_tokens_by_slot ON revoked_tokens (project_id, slot);

-- The sweep takes those whose end has passed, of all projects.
CREATE INDEX revoked_tokens_by_end ON revoked_tokens (expires_at);
