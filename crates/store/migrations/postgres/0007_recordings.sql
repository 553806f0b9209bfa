GRANT SELECT, INSERT, UPDATE, DELETE ON recordings TO caly_app;
ALTER TABLE recordings ENABLE ROW LEVEL SECURITY;
ALTER TABLE recordings FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON recordings
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));
