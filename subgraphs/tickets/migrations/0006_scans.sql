ALTER TABLE blobs
  ADD COLUMN scan_due_at DATETIME(3) NULL,
  ADD COLUMN finding VARCHAR(200) CHARACTER SET utf8mb4 NULL,
  ADD KEY blobs_scan (scan_due_at);
