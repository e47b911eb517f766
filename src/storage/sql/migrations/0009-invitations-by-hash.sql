-- An index that is unique without the project could not be sharded by project. 256 random bits ensure that
-- no two links are equal.
DROP INDEX users_by_invitation;
CREATE INDEX users_by_invitation ON users (invitation_hash) WHERE invitation_hash IS NOT NULL;
