-- The ticket that took this one in; null unless it was merged.
ALTER TABLE tickets
  ADD COLUMN merged_into_id BINARY(16) NULL;
