-- The second wall: rows of another client cannot be seen or written even by a
-- statement that forgot its predicate. The application role never owns a table
-- and the policies are FORCED, so that the owner is bound by them too.
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'caly_app') THEN
    CREATE ROLE caly_app NOLOGIN NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'caly_global') THEN
    CREATE ROLE caly_global NOLOGIN NOBYPASSRLS;
  END IF;
END
$$;
GRANT caly_app, caly_global TO CURRENT_USER;
GRANT USAGE ON SCHEMA public TO caly_app, caly_global;

GRANT SELECT, INSERT, UPDATE, DELETE ON
  clients, users, memberships, sessions, hook_keys, stream_tokens, jobs, nodes
  TO caly_app, caly_global;

GRANT SELECT, INSERT, UPDATE, DELETE ON counters TO caly_app;
ALTER TABLE counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE counters FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON counters
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON teams TO caly_app;
ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
ALTER TABLE teams FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON teams
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON members TO caly_app;
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE members FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON members
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON loads TO caly_app;
ALTER TABLE loads ENABLE ROW LEVEL SECURITY;
ALTER TABLE loads FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON loads
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON assignments TO caly_app;
ALTER TABLE assignments ENABLE ROW LEVEL SECURITY;
ALTER TABLE assignments FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON assignments
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON daily TO caly_app;
ALTER TABLE daily ENABLE ROW LEVEL SECURITY;
ALTER TABLE daily FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON daily
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON agent_days TO caly_app;
ALTER TABLE agent_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_days FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON agent_days
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON channels TO caly_app;
ALTER TABLE channels ENABLE ROW LEVEL SECURITY;
ALTER TABLE channels FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON channels
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON calls TO caly_app;
ALTER TABLE calls ENABLE ROW LEVEL SECURITY;
ALTER TABLE calls FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON calls
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON call_turns TO caly_app;
ALTER TABLE call_turns ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_turns FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON call_turns
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON call_facts TO caly_app;
ALTER TABLE call_facts ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_facts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON call_facts
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON decisions TO caly_app;
ALTER TABLE decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE decisions FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON decisions
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON carrier_inbox TO caly_app;
ALTER TABLE carrier_inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE carrier_inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON carrier_inbox
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON tasks TO caly_app;
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON tasks
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON doctors TO caly_app;
ALTER TABLE doctors ENABLE ROW LEVEL SECURITY;
ALTER TABLE doctors FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON doctors
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON doctor_hours TO caly_app;
ALTER TABLE doctor_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE doctor_hours FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON doctor_hours
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON appointments TO caly_app;
ALTER TABLE appointments ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON appointments
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON sector_settings TO caly_app;
ALTER TABLE sector_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE sector_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON sector_settings
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON data_keys TO caly_app;
ALTER TABLE data_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON data_keys
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON intents TO caly_app;
ALTER TABLE intents ENABLE ROW LEVEL SECURITY;
ALTER TABLE intents FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON intents
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON events TO caly_app;
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON events
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON audit TO caly_app;
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON audit
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));
