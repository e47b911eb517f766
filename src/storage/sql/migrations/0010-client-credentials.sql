-- Client credentials, which API users authenticate with. Secrets are their first kind.
ALTER TABLE secrets RENAME TO client_credentials;

-- 0: a secret, 1: a public key, 2: a federated identity. hash and hint belong to a secret.
ALTER TABLE client_credentials ADD COLUMN kind BIGINT NOT NULL DEFAULT 0;

-- A slot that the credential owns besides `slot`, for tokens that are issued while a change of rights
-- still has to invalidate `slot`.
ALTER TABLE client_credentials ADD COLUMN second_slot BIGINT;

DROP INDEX secrets_by_api_user;
CREATE INDEX client_credentials_by_api_user ON client_credentials (project_id, api_user_id, number);
DROP INDEX secrets_due;
CREATE INDEX client_credentials_due ON client_credentials (due_at) WHERE due_at IS NOT NULL;
DROP INDEX secrets_by_slot;
CREATE UNIQUE INDEX client_credentials_by_slot ON client_credentials (project_id, slot);

-- Grows whenever a role loses rights; every token names the version at which it was issued.
ALTER TABLE projects ADD COLUMN rights_version BIGINT NOT NULL DEFAULT 0;
