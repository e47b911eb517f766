-- The end of a secret that was replaced with an overlap.

-- When it was replaced, and how long it may then be idle before its overlap ends early.
ALTER TABLE secrets ADD COLUMN replaced_at BIGINT;
ALTER TABLE secrets ADD COLUMN until_idle_seconds BIGINT;

-- When it has to be checked next, because its overlap may have ended by then. NULL if no overlap is left
-- to end.
ALTER TABLE secrets ADD COLUMN due_at BIGINT;

UPDATE secrets SET due_at = works_until WHERE works_until IS NOT NULL AND revoked_at IS NULL;

CREATE INDEX secrets_due ON secrets (due_at) WHERE due_at IS NOT NULL;
