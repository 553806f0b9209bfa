-- One text for SQLite and PostgreSQL. Times are BIGINT ms UTC, ids that people
-- see are BIGINT counted per client, calls/tasks/clients/users are UUIDs as TEXT,
-- JSON is TEXT, and nothing here computes: no triggers, no now().

-- Global tables: looked up before a client is known.
CREATE TABLE clients (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  sector TEXT NOT NULL,
  zone TEXT NOT NULL,
  is_demo BOOLEAN NOT NULL,
  fairness BIGINT NOT NULL,
  rev BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  last_client_id TEXT REFERENCES clients (id),
  created_at BIGINT NOT NULL
);

-- Which clients a login belongs to: login must know before a client is chosen.
CREATE TABLE memberships (
  user_id TEXT NOT NULL REFERENCES users (id),
  client_id TEXT NOT NULL REFERENCES clients (id),
  member_id BIGINT NOT NULL,
  PRIMARY KEY (user_id, client_id)
);

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  client_id TEXT NOT NULL REFERENCES clients (id),
  member_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  idle_ms BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE hook_keys (
  key_hash TEXT PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES clients (id),
  channel_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE stream_tokens (
  token_hash TEXT PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES clients (id),
  call_id TEXT NOT NULL,
  channel_id BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  upgrades BIGINT NOT NULL DEFAULT 0,
  used BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX stream_tokens_expiry ON stream_tokens (expires_at);

CREATE TABLE jobs (
  client_id TEXT NOT NULL REFERENCES clients (id),
  kind TEXT NOT NULL,
  ref TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  tries BIGINT NOT NULL DEFAULT 0,
  due_at BIGINT NOT NULL,
  leased_by TEXT,
  lease_until BIGINT NOT NULL DEFAULT 0,
  reason TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (client_id, kind, ref)
);
CREATE INDEX jobs_due ON jobs (state, due_at);

CREATE TABLE nodes (
  node TEXT PRIMARY KEY,
  seen_at BIGINT NOT NULL
);

-- Everything below is led by client_id.
CREATE TABLE counters (
  client_id TEXT NOT NULL REFERENCES clients (id),
  name TEXT NOT NULL,
  value BIGINT NOT NULL,
  PRIMARY KEY (client_id, name)
);

CREATE TABLE teams (
  client_id TEXT NOT NULL REFERENCES clients (id),
  id BIGINT NOT NULL,
  name TEXT NOT NULL,
  rev BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (client_id, id)
);

CREATE TABLE members (
  client_id TEXT NOT NULL,
  id BIGINT NOT NULL,
  team_id BIGINT NOT NULL,
  user_id TEXT REFERENCES users (id),
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  name TEXT NOT NULL,
  title TEXT,
  phone TEXT,
  role TEXT NOT NULL,
  status TEXT NOT NULL,
  availability TEXT NOT NULL,
  takes_calls BOOLEAN NOT NULL,
  open_limit BIGINT NOT NULL,
  rev BIGINT NOT NULL,
  joined_at BIGINT NOT NULL,
  calls BIGINT NOT NULL DEFAULT 0,
  known BIGINT NOT NULL DEFAULT 0,
  successes BIGINT NOT NULL DEFAULT 0,
  rating_sum BIGINT NOT NULL DEFAULT 0,
  rating_sq BIGINT NOT NULL DEFAULT 0,
  ratings BIGINT NOT NULL DEFAULT 0,
  handling_ms BIGINT NOT NULL DEFAULT 0,
  ok_handling_ms BIGINT NOT NULL DEFAULT 0,
  ok_baseline_ms BIGINT NOT NULL DEFAULT 0,
  ln_sum BIGINT NOT NULL DEFAULT 0,
  ln_sq BIGINT NOT NULL DEFAULT 0,
  rescues BIGINT NOT NULL DEFAULT 0,
  rescues_resolved BIGINT NOT NULL DEFAULT 0,
  pickup_ms BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (client_id, id),
  UNIQUE (client_id, email_key),
  FOREIGN KEY (client_id, team_id) REFERENCES teams (client_id, id)
);
CREATE INDEX members_team ON members (client_id, team_id);

-- A member's decayed busy seconds; apart from members, so that a finished call
-- never touches the row that people edit more than its sums.
CREATE TABLE loads (
  client_id TEXT NOT NULL,
  member_id BIGINT NOT NULL,
  busy_s DOUBLE PRECISION NOT NULL,
  busy_at BIGINT NOT NULL,
  PRIMARY KEY (client_id, member_id),
  FOREIGN KEY (client_id, member_id) REFERENCES members (client_id, id)
);

-- The sector is filled when the first call is scored on the row.
CREATE TABLE assignments (
  client_id TEXT NOT NULL,
  member_id BIGINT NOT NULL,
  agent_id BIGINT NOT NULL,
  proficiency BIGINT NOT NULL,
  assigned BOOLEAN NOT NULL,
  sector TEXT,
  rev BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  calls BIGINT NOT NULL DEFAULT 0,
  known BIGINT NOT NULL DEFAULT 0,
  successes BIGINT NOT NULL DEFAULT 0,
  rating_sum BIGINT NOT NULL DEFAULT 0,
  rating_sq BIGINT NOT NULL DEFAULT 0,
  ratings BIGINT NOT NULL DEFAULT 0,
  handling_ms BIGINT NOT NULL DEFAULT 0,
  ok_handling_ms BIGINT NOT NULL DEFAULT 0,
  ok_baseline_ms BIGINT NOT NULL DEFAULT 0,
  ln_sum BIGINT NOT NULL DEFAULT 0,
  ln_sq BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (client_id, member_id, agent_id),
  FOREIGN KEY (client_id, member_id) REFERENCES members (client_id, id)
);

-- member_id 0 is "nobody owned it": no member row, so no foreign key.
CREATE TABLE daily (
  client_id TEXT NOT NULL REFERENCES clients (id),
  member_id BIGINT NOT NULL,
  agent_id BIGINT NOT NULL,
  day TEXT NOT NULL,
  week TEXT NOT NULL,
  sector TEXT NOT NULL,
  calls BIGINT NOT NULL DEFAULT 0,
  known BIGINT NOT NULL DEFAULT 0,
  successes BIGINT NOT NULL DEFAULT 0,
  rating_sum BIGINT NOT NULL DEFAULT 0,
  rating_sq BIGINT NOT NULL DEFAULT 0,
  ratings BIGINT NOT NULL DEFAULT 0,
  handling_ms BIGINT NOT NULL DEFAULT 0,
  ok_handling_ms BIGINT NOT NULL DEFAULT 0,
  ok_baseline_ms BIGINT NOT NULL DEFAULT 0,
  ln_sum BIGINT NOT NULL DEFAULT 0,
  ln_sq BIGINT NOT NULL DEFAULT 0,
  rescues BIGINT NOT NULL DEFAULT 0,
  rescues_resolved BIGINT NOT NULL DEFAULT 0,
  pickup_ms BIGINT NOT NULL DEFAULT 0,
  escalated BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (client_id, member_id, agent_id, day)
);
CREATE INDEX daily_day ON daily (client_id, day);
CREATE INDEX daily_week ON daily (client_id, week, member_id);
CREATE INDEX daily_member_day ON daily (client_id, member_id, day);

CREATE TABLE agent_days (
  client_id TEXT NOT NULL REFERENCES clients (id),
  agent_id BIGINT NOT NULL,
  day TEXT NOT NULL,
  week TEXT NOT NULL,
  calls BIGINT NOT NULL DEFAULT 0,
  resolved_by_agent BIGINT NOT NULL DEFAULT 0,
  escalated BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (client_id, agent_id, day)
);

CREATE TABLE channels (
  client_id TEXT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  carrier TEXT NOT NULL,
  name TEXT NOT NULL,
  number TEXT,
  sector TEXT NOT NULL,
  team_id BIGINT NOT NULL,
  entry_agent_id BIGINT NOT NULL,
  hook_key_sealed TEXT NOT NULL,
  account_sid TEXT,
  hook_basic_hash TEXT,
  is_active BOOLEAN NOT NULL,
  rev BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, team_id) REFERENCES teams (client_id, id)
);

CREATE TABLE calls (
  client_id TEXT NOT NULL,
  id TEXT NOT NULL,
  channel_id BIGINT NOT NULL,
  carrier_call_id TEXT NOT NULL,
  caller_number TEXT,
  caller_raw TEXT,
  dialled TEXT,
  state TEXT NOT NULL,
  owner_id BIGINT,
  rescuer_id BIGINT,
  team_id BIGINT NOT NULL,
  sector TEXT NOT NULL,
  entry_agent_id BIGINT NOT NULL,
  agent_id BIGINT NOT NULL,
  agent_type TEXT NOT NULL,
  outcome TEXT,
  escalated BOOLEAN NOT NULL,
  escalation_reason TEXT,
  resolved BOOLEAN NOT NULL,
  success BOOLEAN NOT NULL,
  known BOOLEAN NOT NULL,
  counted BOOLEAN NOT NULL,
  implied BOOLEAN NOT NULL,
  started_at BIGINT NOT NULL,
  answered_at BIGINT,
  bot_done_at BIGINT,
  ended_at BIGINT,
  ended_by TEXT,
  day TEXT,
  week TEXT,
  agent_ms BIGINT NOT NULL,
  member_ms BIGINT NOT NULL,
  waiting_ms BIGINT NOT NULL,
  handling_ms BIGINT NOT NULL,
  baseline_ms BIGINT NOT NULL,
  pickup_ms BIGINT,
  rating BIGINT,
  stream_url TEXT,
  stream_sid TEXT,
  token_expires_at BIGINT,
  node TEXT,
  epoch BIGINT NOT NULL,
  degraded BOOLEAN NOT NULL,
  failure_reason TEXT,
  attributes TEXT NOT NULL,
  rev BIGINT NOT NULL,
  PRIMARY KEY (client_id, id),
  UNIQUE (client_id, carrier_call_id),
  FOREIGN KEY (client_id, channel_id) REFERENCES channels (client_id, id),
  FOREIGN KEY (client_id, owner_id) REFERENCES members (client_id, id),
  FOREIGN KEY (client_id, rescuer_id) REFERENCES members (client_id, id)
);
CREATE INDEX calls_started ON calls (client_id, started_at, id);
CREATE INDEX calls_owner ON calls (client_id, owner_id, started_at, id);
CREATE INDEX calls_open_owner ON calls (client_id, owner_id) WHERE ended_at IS NULL;
CREATE INDEX calls_open_rescuer ON calls (client_id, rescuer_id) WHERE ended_at IS NULL;
CREATE INDEX calls_open ON calls (client_id, state) WHERE ended_at IS NULL;

CREATE TABLE call_turns (
  client_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  speaker TEXT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (client_id, call_id, seq),
  FOREIGN KEY (client_id, call_id) REFERENCES calls (client_id, id)
);

CREATE TABLE call_facts (
  client_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (client_id, call_id, seq),
  FOREIGN KEY (client_id, call_id) REFERENCES calls (client_id, id)
);

CREATE TABLE decisions (
  client_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (client_id, call_id),
  FOREIGN KEY (client_id, call_id) REFERENCES calls (client_id, id)
);

CREATE TABLE carrier_inbox (
  client_id TEXT NOT NULL REFERENCES clients (id),
  provider TEXT NOT NULL,
  call_sid TEXT NOT NULL,
  kind TEXT NOT NULL,
  event TEXT NOT NULL,
  leg TEXT NOT NULL,
  dedupe TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  raw TEXT NOT NULL,
  answer TEXT,
  PRIMARY KEY (client_id, provider, call_sid, kind, event, leg, dedupe)
);

CREATE TABLE tasks (
  client_id TEXT NOT NULL,
  id TEXT NOT NULL,
  call_id TEXT,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  caller_name TEXT,
  caller_number TEXT,
  text TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claimed_by BIGINT,
  done_by BIGINT,
  done_at BIGINT,
  resolved BOOLEAN,
  note TEXT,
  rev BIGINT NOT NULL,
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, call_id) REFERENCES calls (client_id, id),
  FOREIGN KEY (client_id, claimed_by) REFERENCES members (client_id, id),
  FOREIGN KEY (client_id, done_by) REFERENCES members (client_id, id)
);
CREATE INDEX tasks_created ON tasks (client_id, created_at, id);
CREATE INDEX tasks_due ON tasks (client_id, state, due_at);
CREATE INDEX tasks_call ON tasks (client_id, call_id);

CREATE TABLE doctors (
  client_id TEXT NOT NULL REFERENCES clients (id),
  id BIGINT NOT NULL,
  name TEXT NOT NULL,
  speciality TEXT NOT NULL,
  slot_minutes BIGINT NOT NULL,
  PRIMARY KEY (client_id, id)
);

CREATE TABLE doctor_hours (
  client_id TEXT NOT NULL,
  doctor_id BIGINT NOT NULL,
  weekday BIGINT NOT NULL,
  from_min BIGINT NOT NULL,
  to_min BIGINT NOT NULL,
  PRIMARY KEY (client_id, doctor_id, weekday, from_min),
  FOREIGN KEY (client_id, doctor_id) REFERENCES doctors (client_id, id)
);

CREATE TABLE appointments (
  client_id TEXT NOT NULL,
  id BIGINT NOT NULL,
  doctor_id BIGINT NOT NULL,
  starts_at BIGINT NOT NULL,
  caller_number TEXT,
  patient_name TEXT NOT NULL,
  state TEXT NOT NULL,
  call_id TEXT,
  rev BIGINT NOT NULL,
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, doctor_id) REFERENCES doctors (client_id, id),
  FOREIGN KEY (client_id, call_id) REFERENCES calls (client_id, id)
);
-- The rule itself: no two booked at one doctor and time.
CREATE UNIQUE INDEX appointments_slot ON appointments (client_id, doctor_id, starts_at)
  WHERE state = 'booked';
CREATE INDEX appointments_time ON appointments (client_id, starts_at);

CREATE TABLE sector_settings (
  client_id TEXT NOT NULL REFERENCES clients (id),
  sector TEXT NOT NULL,
  field TEXT NOT NULL,
  sealed TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (client_id, sector, field)
);

CREATE TABLE data_keys (
  client_id TEXT PRIMARY KEY REFERENCES clients (id),
  wrapped TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE intents (
  client_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  line_item_id TEXT NOT NULL,
  state TEXT NOT NULL,
  result TEXT,
  created_at BIGINT NOT NULL,
  settled_at BIGINT,
  PRIMARY KEY (client_id, order_id, line_item_id),
  FOREIGN KEY (client_id, call_id) REFERENCES calls (client_id, id)
);

CREATE TABLE events (
  client_id TEXT NOT NULL REFERENCES clients (id),
  id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (client_id, id)
);
CREATE INDEX events_at ON events (client_id, at);

CREATE TABLE audit (
  client_id TEXT NOT NULL REFERENCES clients (id),
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  body TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (client_id, seq)
);
