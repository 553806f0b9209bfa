-- Found by measuring every page with 500 members and 100,000 calls.
-- One outcome, one channel, one person's rescues: a page of them without reading
-- the whole history.
CREATE INDEX calls_outcome ON calls (client_id, outcome, started_at, id) WHERE outcome IS NOT NULL;
CREATE INDEX calls_channel ON calls (client_id, channel_id, started_at, id);
CREATE INDEX calls_rescuer ON calls (client_id, rescuer_id, started_at, id) WHERE rescuer_id IS NOT NULL;
-- What is on, newest first; the state that led it before moved its entries.
DROP INDEX calls_open;
CREATE INDEX calls_open ON calls (client_id, started_at, id) WHERE ended_at IS NULL;
-- Nothing reads it, and every call that began wrote it.
DROP INDEX calls_open_rescuer;
CREATE INDEX tasks_state ON tasks (client_id, state, created_at, id);
CREATE INDEX jobs_parked ON jobs (client_id, created_at) WHERE state = 'parked';
