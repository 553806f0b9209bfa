GRANT SELECT, INSERT, UPDATE, DELETE ON rescues TO caly_app;
ALTER TABLE rescues ENABLE ROW LEVEL SECURITY;
ALTER TABLE rescues FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON rescues
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON claims TO caly_app;
ALTER TABLE claims ENABLE ROW LEVEL SECURITY;
ALTER TABLE claims FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON claims
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));
