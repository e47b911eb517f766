-- Invalidations are numbered in each project, so that a status list can be updated with the new ones
-- alone. status_slots.invalid is 0, or the number of the invalidation that ended the slot.

-- The number of the latest invalidation.
ALTER TABLE projects ADD COLUMN invalidated_slots BIGINT NOT NULL DEFAULT 0;

-- Until now an invalid slot had a 1: all of those count as the first invalidation.
UPDATE projects SET invalidated_slots = 1;

-- Contains what a list needs, so that reading one touches no row of a valid slot. Not `invalid > 0`: a query
-- for numbers above a known one has to repeat this condition, and SQLite would then start at 0.
CREATE INDEX status_slots_invalid ON status_slots (project_id, invalid, slot) WHERE invalid <> 0;
