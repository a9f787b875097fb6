CREATE TABLE customers (
  id BINARY(16) NOT NULL,
  number CHAR(11) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name_enc VARBINARY(1024) NULL,
  company VARCHAR(100) NULL,
  tier VARCHAR(40) NULL,
  locale VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
  time_zone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  region_enc VARBINARY(512) NULL,
  last_device VARCHAR(120) NULL,
  attributes_enc MEDIUMBLOB NULL,
  tags JSON NOT NULL,
  is_blocked TINYINT(1) NOT NULL,
  created_by BINARY(16) NULL,
  merged_into BINARY(16) NULL,
  first_seen_at DATETIME(3) NOT NULL,
  last_seen_at DATETIME(3) NOT NULL,
  version INT UNSIGNED NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY customers_number (number),
  KEY customers_last_seen (last_seen_at, id),
  KEY customers_first_seen (first_seen_at, id),
  KEY customers_merged (merged_into)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE customer_identities (
  id BINARY(16) NOT NULL,
  customer_id BINARY(16) NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bidx BINARY(32) NOT NULL,
  value_enc VARBINARY(1024) NOT NULL,
  is_verified TINYINT(1) NOT NULL,
  linked_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY customer_identities_value (kind, bidx),
  KEY customer_identities_customer (customer_id, linked_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE customer_merges (
  id BINARY(16) NOT NULL,
  survivor_id BINARY(16) NOT NULL,
  merged_id BINARY(16) NOT NULL,
  actor_kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  merged_at DATETIME(3) NOT NULL,
  undoable_until DATETIME(3) NOT NULL,
  undone_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  KEY customer_merges_survivor (survivor_id),
  KEY customer_merges_merged (merged_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE visits (
  id BINARY(16) NOT NULL,
  customer_id BINARY(16) NOT NULL,
  channel_id BINARY(16) NOT NULL,
  token_number INT UNSIGNED NOT NULL,
  started_at DATETIME(3) NOT NULL,
  last_used_at DATETIME(3) NOT NULL,
  online_until DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  ended_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  KEY visits_online (customer_id, online_until),
  KEY visits_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE visit_refresh_tokens (
  token_hash BINARY(32) NOT NULL,
  visit_id BINARY(16) NOT NULL,
  number INT UNSIGNED NOT NULL,
  issued_at DATETIME(3) NOT NULL,
  used_at DATETIME(3) NULL,
  PRIMARY KEY (token_hash),
  UNIQUE KEY visit_refresh_tokens_visit (visit_id, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE customer_timelines (
  customer_id BINARY(16) NOT NULL,
  last_seq INT UNSIGNED NOT NULL,
  PRIMARY KEY (customer_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE timeline_entries (
  customer_id BINARY(16) NOT NULL,
  seq INT UNSIGNED NOT NULL,
  id BINARY(16) NOT NULL,
  happened_at DATETIME(3) NOT NULL,
  kind VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor_kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  subject_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  facts JSON NOT NULL,
  PRIMARY KEY (customer_id, seq),
  UNIQUE KEY timeline_entries_id (id),
  KEY timeline_entries_time (customer_id, happened_at, id),
  KEY timeline_entries_subject (customer_id, subject_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
