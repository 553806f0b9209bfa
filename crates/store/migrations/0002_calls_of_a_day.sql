-- The overview reads a local day's counted calls.
CREATE INDEX calls_day ON calls (client_id, day, ended_at) WHERE counted;
