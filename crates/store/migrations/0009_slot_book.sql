-- Doctors are changed, and leave: then their bookings stay and nothing new is
-- offered. That no two active ones have one name is checked where they are
-- written, since rows of before may have one already.
ALTER TABLE doctors ADD COLUMN is_active BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE doctors ADD COLUMN rev BIGINT NOT NULL DEFAULT 1;
