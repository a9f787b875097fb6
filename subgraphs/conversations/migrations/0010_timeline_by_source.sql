ALTER TABLE timeline_entries
  DROP PRIMARY KEY,
  DROP KEY timeline_entries_time,
  DROP COLUMN seq,
  ADD PRIMARY KEY (customer_id, happened_at, id);

DROP TABLE customer_timelines;

CREATE TABLE timeline_rebuilds (
  customer_id BINARY(16) NOT NULL,
  PRIMARY KEY (customer_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT IGNORE INTO timeline_rebuilds (customer_id) SELECT DISTINCT customer_id FROM timeline_entries;
