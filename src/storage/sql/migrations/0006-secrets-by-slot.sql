-- Finds the secret of a token by the slot that the token names. No slot is used twice.
CREATE UNIQUE INDEX secrets_by_slot ON secrets (project_id, slot);
