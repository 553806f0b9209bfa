-- A person takes a call over by phone: one row for the looking, one for each
-- member that was claimed for it.
CREATE TABLE rescues (
  client_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  team_id BIGINT NOT NULL,
  agent_id BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  waits BOOLEAN NOT NULL,
  seen_at BIGINT NOT NULL,
  ended TEXT,
  ended_at BIGINT,
  talk_ms BIGINT,
  taken_by BIGINT,
  answered_at BIGINT,
  recording_url TEXT,
  disposition BOOLEAN,
  checks BIGINT NOT NULL DEFAULT 0,
  check_at BIGINT NOT NULL,
  PRIMARY KEY (client_id, call_id),
  FOREIGN KEY (client_id, call_id) REFERENCES calls (client_id, id),
  FOREIGN KEY (client_id, taken_by) REFERENCES members (client_id, id)
);
CREATE INDEX rescues_queue ON rescues (client_id, team_id, asked_at) WHERE waits;
CREATE INDEX rescues_check ON rescues (client_id, check_at);

CREATE TABLE claims (
  client_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  attempt BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  number TEXT NOT NULL,
  state TEXT NOT NULL,
  claimed_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  dialled_at BIGINT,
  leg TEXT NOT NULL,
  decision TEXT NOT NULL,
  PRIMARY KEY (client_id, call_id, attempt),
  FOREIGN KEY (client_id, call_id) REFERENCES calls (client_id, id),
  FOREIGN KEY (client_id, member_id) REFERENCES members (client_id, id)
);
-- The rule itself: nobody is claimed twice, and no call claims two at once.
CREATE UNIQUE INDEX claims_member ON claims (client_id, member_id) WHERE state <> 'over';
CREATE UNIQUE INDEX claims_call ON claims (client_id, call_id) WHERE state <> 'over';

-- Dialled when Caly cannot say whom: its database is away, or the call unknown.
ALTER TABLE channels ADD COLUMN fallback_number TEXT;
-- The carrier's API: address, account, key and token, sealed by the vault.
ALTER TABLE channels ADD COLUMN carrier_login_sealed TEXT;
