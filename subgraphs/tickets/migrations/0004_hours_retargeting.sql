ALTER TABLE business_hours
  ADD COLUMN is_retargeting TINYINT NOT NULL DEFAULT 0;
