-- Set for a file that is open though no scanner ever looked at it: from when on the sweep may take it. Files of before this column count
-- as never looked at; a second look at some of them does no harm.
ALTER TABLE blobs
  ADD COLUMN late_scan_due_at DATETIME(3) NULL,
  ADD KEY blobs_late_scan (late_scan_due_at);

UPDATE blobs SET late_scan_due_at = completed_at WHERE completed_at IS NOT NULL AND scan_due_at IS NULL AND finding IS NULL;
