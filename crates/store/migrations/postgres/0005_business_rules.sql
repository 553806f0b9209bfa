GRANT SELECT, INSERT, UPDATE, DELETE ON business_rules TO caly_app;
ALTER TABLE business_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE business_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY own_client ON business_rules
  USING (client_id = nullif(current_setting('app.client_id', true), ''))
  WITH CHECK (client_id = nullif(current_setting('app.client_id', true), ''));
