-- A token names a slot; this finds the secret that it comes from. No slot is ever used twice.
CREATE UNIQUE INDEX secrets_by_slot ON secrets (project_id, slot);
