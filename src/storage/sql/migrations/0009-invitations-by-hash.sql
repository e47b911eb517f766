-- Unique without the project, an index could not be spread over machines by project. That no two links
-- are the same is what 256 random bits see to.
DROP INDEX users_by_invitation;
CREATE INDEX users_by_invitation ON users (invitation_hash) WHERE invitation_hash IS NOT NULL;
