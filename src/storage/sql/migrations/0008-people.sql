-- Users, who are invited by email and log in with a password.

-- A withdrawn invitation and a deleted user leave no row.
CREATE TABLE users (
  project_id TEXT NOT NULL REFERENCES projects (id),
  id TEXT NOT NULL,
  -- In lower case.
  email TEXT NOT NULL,
  -- Argon2id in its encoded form; empty until an invitation is accepted.
  password_hash TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  -- The pending or expired invitation; NULL after one was accepted. The inviter may be deleted, so it is
  -- not a foreign key.
  invitation_hash TEXT,
  inviter_kind TEXT,
  inviter_id TEXT,
  invitation_expires_at BIGINT,
  last_sign_in_at BIGINT,
  last_sign_in_from TEXT NOT NULL,
  PRIMARY KEY (project_id, id),
  UNIQUE (project_id, email)
);

-- A link names no project: its token finds the row among those of all projects.
CREATE UNIQUE INDEX users_by_invitation ON users (invitation_hash)
  WHERE invitation_hash IS NOT NULL;

CREATE TABLE user_roles (
  project_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  role_id TEXT NOT NULL,
  PRIMARY KEY (project_id, user_id, role_id),
  FOREIGN KEY (project_id, user_id) REFERENCES users (project_id, id),
  FOREIGN KEY (project_id, role_id) REFERENCES roles (project_id, id)
);

CREATE INDEX user_roles_by_role ON user_roles (project_id, role_id, user_id);

-- Sessions: logins whose token has not expired.
CREATE TABLE sessions (
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  slot BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (project_id, id),
  FOREIGN KEY (project_id, user_id) REFERENCES users (project_id, id),
  FOREIGN KEY (project_id, slot) REFERENCES status_slots (project_id, slot)
);

CREATE INDEX sessions_by_user ON sessions (project_id, user_id, id);

-- Finds the session of a token by the slot that the token names. No slot is used twice.
CREATE UNIQUE INDEX sessions_by_slot ON sessions (project_id, slot);

-- For the task that deletes the expired ones of all projects.
CREATE INDEX sessions_by_end ON sessions (expires_at);
