-- Changes of rights with many holders: the change itself is one short transaction, and background steps then
-- invalidate the status slots of the holders (app/roles/rights_changes.h).

-- One row for each change that still has holders to reach. They are carried out in the order of their versions.
CREATE TABLE rights_changes (
  project_id TEXT NOT NULL REFERENCES projects (id),
  -- projects.rights_version after the change.
  version BIGINT NOT NULL,
  role_id TEXT NOT NULL,
  role_name TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  -- The number of holders at the beginning, and an estimate of how many are left.
  holders BIGINT NOT NULL,
  remaining BIGINT NOT NULL,
  -- The last API user and the last user that were reached, in the order of their ids.
  api_user_cursor TEXT NOT NULL,
  user_cursor TEXT NOT NULL,
  -- The server that carries the change out.
  worker TEXT NOT NULL,
  PRIMARY KEY (project_id, version),
  FOREIGN KEY (project_id, role_id) REFERENCES roles (project_id, id)
);

CREATE INDEX rights_changes_by_role ON rights_changes (project_id, role_id, version);

-- The number of its rows in rights_changes, so that the token endpoint does not look for them.
ALTER TABLE roles ADD COLUMN pending_changes BIGINT NOT NULL DEFAULT 0;

-- A deleted role that a step has yet to remove from its last holder. It has no rights, and its id as its name.
ALTER TABLE roles ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0;

-- The rights version at which the role was assigned: earlier changes of the role took nothing from this holder. Set
-- only while the role has pending changes.
ALTER TABLE api_user_roles ADD COLUMN assigned_at_version BIGINT;
ALTER TABLE user_roles ADD COLUMN assigned_at_version BIGINT;

-- The rights version in the session's token.
ALTER TABLE sessions ADD COLUMN rights_version BIGINT NOT NULL DEFAULT 0;

-- The generation of `slot` that tokens name now (core/status_list.h); NULL is 0. The column was never used for
-- anything else.
ALTER TABLE client_credentials RENAME COLUMN second_slot TO slot_generation;

-- The version of the last pending change that has reached the credential: its tokens of smaller versions stay
-- rejected, even if a restored backup has brought back an earlier generation.
ALTER TABLE client_credentials ADD COLUMN min_rights_version BIGINT;

-- The latest generation of slots that a token of the project can name.
ALTER TABLE projects ADD COLUMN slot_generations BIGINT NOT NULL DEFAULT 0;
