GRANT SELECT, INSERT, UPDATE, DELETE ON links TO caly_app, caly_global;
