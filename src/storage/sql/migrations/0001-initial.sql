-- One text for SQLite and PostgreSQL: only TEXT and BIGINT. Uuids are 36 characters, digests base64url,
-- lists space-separated, times milliseconds since 1970, truth values 0 or 1. The keys of a project's rows
-- begin with the project's id, and so do foreign keys, so that no row can refer to another project's.

CREATE TABLE settings (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE projects (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  token_lifetime_seconds BIGINT NOT NULL,
  resources TEXT NOT NULL,
  -- The number of status slots that were ever claimed: counting the rows would take longer with each secret.
  claimed_slots BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE status_slots (
  project_id TEXT NOT NULL REFERENCES projects (id),
  slot BIGINT NOT NULL,
  invalid BIGINT NOT NULL,
  PRIMARY KEY (project_id, slot)
);

CREATE TABLE signing_keys (
  project_id TEXT NOT NULL REFERENCES projects (id),
  kid TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  wrapped_key TEXT NOT NULL,
  public_jwk TEXT NOT NULL,
  active BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (project_id, kid)
);

-- At most one key signs, and the token endpoint finds it without reading the others.
CREATE UNIQUE INDEX signing_keys_active ON signing_keys (project_id) WHERE active = 1;

CREATE TABLE roles (
  project_id TEXT NOT NULL REFERENCES projects (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  permissions TEXT NOT NULL,
  workspaces TEXT NOT NULL,
  level BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (project_id, id),
  UNIQUE (project_id, name)
);

-- The row of a deleted API user stays, with its data removed, so that neither id nor username is reused.
CREATE TABLE api_users (
  project_id TEXT NOT NULL REFERENCES projects (id),
  id TEXT NOT NULL,
  username TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  PRIMARY KEY (project_id, id),
  UNIQUE (project_id, username)
);

-- A page of a list must not read the rows of all deleted API users.
CREATE INDEX api_users_present ON api_users (project_id, id) WHERE deleted_at IS NULL;

CREATE TABLE api_user_roles (
  project_id TEXT NOT NULL,
  api_user_id TEXT NOT NULL,
  role_id TEXT NOT NULL,
  PRIMARY KEY (project_id, api_user_id, role_id),
  FOREIGN KEY (project_id, api_user_id) REFERENCES api_users (project_id, id),
  FOREIGN KEY (project_id, role_id) REFERENCES roles (project_id, id)
);

CREATE INDEX api_user_roles_by_role ON api_user_roles (project_id, role_id, api_user_id);

CREATE TABLE secrets (
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  api_user_id TEXT NOT NULL,
  -- 1, 2, 3, … for each API user, in order of creation; two can be created in one millisecond.
  number BIGINT NOT NULL,
  hash TEXT NOT NULL,
  hint TEXT NOT NULL,
  label TEXT NOT NULL,
  slot BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  works_until BIGINT,
  revoked_at BIGINT,
  last_used_at BIGINT,
  last_used_from TEXT NOT NULL,
  PRIMARY KEY (project_id, id),
  FOREIGN KEY (project_id, api_user_id) REFERENCES api_users (project_id, id),
  FOREIGN KEY (project_id, slot) REFERENCES status_slots (project_id, slot)
);

CREATE INDEX secrets_by_api_user ON secrets (project_id, api_user_id, number);
