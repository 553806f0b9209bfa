-- How a client's figures and dates are written, as a BCP 47 tag.
ALTER TABLE clients ADD COLUMN language TEXT NOT NULL DEFAULT 'en-IN';
