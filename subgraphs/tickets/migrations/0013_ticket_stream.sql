-- A change of lists that has no number yet. `was` is whose the ticket was before; null for a new one. Appended by verbs, moved to
-- list_events within milliseconds; normally empty.
CREATE TABLE list_changes (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  ticket_id BINARY(16) NOT NULL,
  was JSON NULL,
  changed_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- The numbered log of all ticket lists, from which a stream resumes. Written by list-numbering alone, kept 24 h; (changed_at)
-- serves the trimming.
CREATE TABLE list_events (
  seq BIGINT UNSIGNED NOT NULL,
  ticket_id BINARY(16) NOT NULL,
  was JSON NULL,
  changed_at DATETIME(3) NOT NULL,
  PRIMARY KEY (seq),
  KEY list_events_changed (changed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- The last number given.
INSERT INTO counters (name, next_value) VALUES ('list', 0);
