-- Business hours a queue is open by, and what happens outside them: WAIT (nothing is given out until it opens) or OVERFLOW (the overflow
-- queue takes over at once). `closed_texts` is what people are told meanwhile, in both languages; null: only when it opens.
ALTER TABLE queues
  ADD COLUMN business_hours_id BINARY(16) NULL,
  ADD COLUMN closed_action VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'WAIT',
  ADD COLUMN closed_texts JSON NULL;

-- One row is the newest version of business hours as tickets, which owns them, told it. Written by its event, or asked for when
-- somebody names hours that have not been told yet; read by the router. A handful of rows.
CREATE TABLE known_hours (
  hours_id BINARY(16) NOT NULL,
  hours_key VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT NOT NULL,
  content JSON NOT NULL,
  PRIMARY KEY (hours_id),
  UNIQUE KEY known_hours_key (hours_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
