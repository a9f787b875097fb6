CREATE TABLE audit_entries (
  seq BIGINT NOT NULL,
  id BINARY(16) NOT NULL,
  at DATETIME(3) NOT NULL,
  actor_kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
  actor_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  verb VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  request_id VARCHAR(64) NOT NULL,
  sealed MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  previous_hash BINARY(32) NOT NULL,
  hash BINARY(32) NOT NULL,
  PRIMARY KEY (seq),
  UNIQUE KEY audit_entries_id (id),
  KEY audit_entries_at (at, seq),
  KEY audit_entries_actor (actor_id, seq),
  KEY audit_entries_verb (verb, seq),
  KEY audit_entries_subject (subject_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE audit_chain (
  name VARCHAR(16) CHARACTER SET ascii NOT NULL,
  last_seq BIGINT NOT NULL,
  last_hash BINARY(32) NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT INTO audit_chain (name, last_seq, last_hash) VALUES ('main', 0, UNHEX(REPEAT('00', 32)));
