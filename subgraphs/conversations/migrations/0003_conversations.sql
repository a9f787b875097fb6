CREATE TABLE conversations (
  id BINARY(16) NOT NULL,
  number INT UNSIGNED NOT NULL,
  customer_id BINARY(16) NOT NULL,
  key_owner_id BINARY(16) NOT NULL,
  channel_id BINARY(16) NOT NULL,
  channel_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  queue_id BINARY(16) NULL,
  agent_id BINARY(16) NULL,
  state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  priority CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_enc VARBINARY(1200) NULL,
  tags JSON NOT NULL,
  last_seq INT UNSIGNED NOT NULL,
  last_public_seq INT UNSIGNED NOT NULL,
  last_text_seq INT UNSIGNED NOT NULL,
  last_message_at DATETIME(3) NOT NULL,
  waiting_since DATETIME(3) NOT NULL,
  started_at DATETIME(3) NOT NULL,
  first_responded_at DATETIME(3) NULL,
  closed_at DATETIME(3) NULL,
  version INT UNSIGNED NOT NULL,
  open_key VARBINARY(32) GENERATED ALWAYS AS (IF(state = 'CLOSED', NULL, CONCAT(key_owner_id, channel_id))) STORED,
  PRIMARY KEY (id),
  UNIQUE KEY conversations_number (number),
  UNIQUE KEY conversations_open (open_key),
  KEY conversations_agent (agent_id, state, last_message_at, id),
  KEY conversations_queue (queue_id, state, last_message_at, id),
  KEY conversations_customer (customer_id, started_at, id),
  KEY conversations_state (state, last_message_at, id),
  KEY conversations_message (last_message_at, id),
  KEY conversations_start (started_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE conversation_counters (
  name VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  value BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT IGNORE INTO conversation_counters (name, value) VALUES ('number', 10000), ('inbox', 0);

CREATE TABLE messages (
  conversation_id BINARY(16) NOT NULL,
  seq INT UNSIGNED NOT NULL,
  id BINARY(16) NOT NULL,
  previous_public_seq INT UNSIGNED NOT NULL,
  client_message_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  kind VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  visibility VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  author_kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  author_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  content_enc MEDIUMBLOB NULL,
  event VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  facts JSON NULL,
  mention_ids JSON NULL,
  reply_to_seq INT UNSIGNED NULL,
  sent_at DATETIME(3) NOT NULL,
  PRIMARY KEY (conversation_id, seq),
  UNIQUE KEY messages_id (id),
  UNIQUE KEY messages_client (conversation_id, client_message_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE read_marks (
  conversation_id BINARY(16) NOT NULL,
  actor_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor_kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq INT UNSIGNED NOT NULL,
  delivered_seq INT UNSIGNED NOT NULL,
  moved_at DATETIME(3) NOT NULL,
  PRIMARY KEY (conversation_id, actor_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE drafts (
  conversation_id BINARY(16) NOT NULL,
  agent_id BINARY(16) NOT NULL,
  content_enc MEDIUMBLOB NULL,
  visibility VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attachment_ids JSON NOT NULL,
  typed_at DATETIME(3) NOT NULL,
  saved_at DATETIME(3) NOT NULL,
  PRIMARY KEY (conversation_id, agent_id),
  KEY drafts_saved (saved_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE followers (
  conversation_id BINARY(16) NOT NULL,
  agent_id BINARY(16) NOT NULL,
  PRIMARY KEY (conversation_id, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE mentions (
  conversation_id BINARY(16) NOT NULL,
  seq INT UNSIGNED NOT NULL,
  agent_id BINARY(16) NOT NULL,
  PRIMARY KEY (conversation_id, seq, agent_id),
  KEY mentions_agent (agent_id, conversation_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE ratings (
  conversation_id BINARY(16) NOT NULL,
  score TINYINT UNSIGNED NOT NULL,
  reasons JSON NOT NULL,
  comment_enc VARBINARY(3000) NULL,
  rated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE conversation_moves (
  merge_id BINARY(16) NOT NULL,
  conversation_id BINARY(16) NOT NULL,
  PRIMARY KEY (merge_id, conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE inbox_changes (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  conversation_id BINARY(16) NOT NULL,
  notice VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NULL,
  targets JSON NOT NULL,
  changed_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE inbox_events (
  seq BIGINT UNSIGNED NOT NULL,
  conversation_id BINARY(16) NOT NULL,
  notice VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NULL,
  targets JSON NOT NULL,
  changed_at DATETIME(3) NOT NULL,
  PRIMARY KEY (seq),
  KEY inbox_events_age (changed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
