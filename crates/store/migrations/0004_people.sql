-- One-time links: invitations, password resets, set-up. The token itself is
-- never stored. A link is looked up before its client is known.
CREATE TABLE links (
  token_hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  client_id TEXT REFERENCES clients (id),
  member_id BIGINT,
  user_id TEXT REFERENCES users (id),
  email_key TEXT,
  role TEXT,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX links_member ON links (client_id, member_id);
CREATE INDEX links_user ON links (user_id);
CREATE INDEX links_expiry ON links (expires_at);

-- What a person sees of his sessions; an API key is a session that has a name
-- and a role of its own.
ALTER TABLE sessions ADD COLUMN id TEXT;
ALTER TABLE sessions ADD COLUMN name TEXT;
ALTER TABLE sessions ADD COLUMN role TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
ALTER TABLE sessions ADD COLUMN address TEXT;
CREATE UNIQUE INDEX sessions_id ON sessions (id);
CREATE INDEX sessions_member ON sessions (client_id, member_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);
-- A session without an id could be neither listed nor ended one by one: people
-- log in once more.
DELETE FROM sessions;
