-- One document a client; its shape is core's, checked before it is stored.
CREATE TABLE business_rules (
  client_id TEXT PRIMARY KEY REFERENCES clients (id),
  body TEXT NOT NULL,
  rev BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL
);
