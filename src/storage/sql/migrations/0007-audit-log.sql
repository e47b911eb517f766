-- The audit log: one chain of events per project, numbered 1, 2, 3, …

CREATE TABLE audit_events (
  project_id TEXT NOT NULL REFERENCES projects (id),
  number BIGINT NOT NULL,
  id TEXT NOT NULL,
  -- Never earlier than that of the previous number.
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  actor_credential TEXT NOT NULL,
  action TEXT NOT NULL,
  target_type TEXT NOT NULL,
  target_id TEXT NOT NULL,
  target_name TEXT NOT NULL,
  source_address TEXT NOT NULL,
  request_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  count BIGINT NOT NULL,
  before_json TEXT NOT NULL,
  after_json TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (project_id, number)
);

-- One index for each filter. Each ends with the number, so that a page among a million events is read from the
-- end of the previous page, in order, without sorting.
CREATE INDEX audit_events_by_time ON audit_events (project_id, at, number);
CREATE INDEX audit_events_by_action ON audit_events (project_id, action, number);
CREATE INDEX audit_events_by_actor ON audit_events (project_id, actor_id, number)
  WHERE actor_id <> '';
CREATE INDEX audit_events_by_actor_name ON audit_events (project_id, actor_name, number)
  WHERE actor_name <> '';
CREATE INDEX audit_events_by_target ON audit_events (project_id, target_id, number)
  WHERE target_id <> '';
CREATE INDEX audit_events_by_target_name ON audit_events (project_id, target_name, number)
  WHERE target_name <> '';

-- Signed checkpoints of the end of the chain; number is that of the last event at that time.
CREATE TABLE audit_heads (
  project_id TEXT NOT NULL REFERENCES projects (id),
  number BIGINT NOT NULL,
  first BIGINT NOT NULL,
  first_previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  issuer TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  jws TEXT NOT NULL,
  PRIMARY KEY (project_id, number)
);
