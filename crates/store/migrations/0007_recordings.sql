-- What a carrier recorded of a call. The row comes when the carrier names its
-- address, the bytes when they were fetched; they are sealed with the client's
-- data key. SQLite takes BYTEA for a column without a type of its own and keeps
-- a blob as it is.
CREATE TABLE recordings (
  client_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  named_at BIGINT NOT NULL,
  content_type TEXT,
  bytes BIGINT,
  sealed BYTEA,
  fetched_at BIGINT,
  PRIMARY KEY (client_id, call_id, kind),
  FOREIGN KEY (client_id, call_id) REFERENCES calls (client_id, id)
);
-- Whether the carrier's recording of the talk with the agent is fetched.
ALTER TABLE channels ADD COLUMN keep_talks BOOLEAN NOT NULL DEFAULT FALSE;
