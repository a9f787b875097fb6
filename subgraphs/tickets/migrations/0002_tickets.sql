CREATE TABLE categories (
  id BINARY(16) NOT NULL,
  category_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name_zh VARCHAR(100) NOT NULL,
  name_en VARCHAR(100) NOT NULL,
  parent_id BINARY(16) NULL,
  is_retired TINYINT NOT NULL,
  position INT NOT NULL,
  version INT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY categories_key (category_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT INTO categories (id, category_key, name_zh, name_en, parent_id, is_retired, position, version) VALUES
  (UNHEX('019aab00000070008000000000000001'), 'TECHNICAL', '技术问题', 'Technical', NULL, 0, 1, 1),
  (UNHEX('019aab00000070008000000000000002'), 'ACCOUNT', '账户问题', 'Account', NULL, 0, 2, 1),
  (UNHEX('019aab00000070008000000000000003'), 'PAYMENT', '支付问题', 'Payment', NULL, 0, 3, 1);

CREATE TABLE tickets (
  id BINARY(16) NOT NULL,
  number BIGINT NOT NULL,
  customer_id BINARY(16) NULL,
  agent_id BINARY(16) NULL,
  creator_agent_id BINARY(16) NULL,
  queue_id BINARY(16) NULL,
  category_id BINARY(16) NOT NULL,
  state VARCHAR(8) CHARACTER SET ascii NOT NULL,
  is_over TINYINT AS (IF(state IN ('SOLVED', 'CLOSED'), 1, 0)) STORED,
  priority TINYINT NOT NULL,
  sealed_subject VARBINARY(1000) NOT NULL,
  sealed_description MEDIUMBLOB NULL,
  origin VARCHAR(12) CHARACTER SET ascii NOT NULL,
  last_seq INT NOT NULL,
  version INT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY tickets_number (number),
  KEY tickets_urgent (priority, created_at, id),
  KEY tickets_created (created_at, id),
  KEY tickets_updated (updated_at, id),
  KEY tickets_customer (customer_id, is_over, created_at, id),
  KEY tickets_agent (agent_id, priority, created_at),
  KEY tickets_queue (queue_id, priority, created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE ticket_entries (
  ticket_id BINARY(16) NOT NULL,
  seq INT NOT NULL,
  id BINARY(16) NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii NOT NULL,
  actor_kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
  actor_id VARCHAR(64) CHARACTER SET ascii NULL,
  facts JSON NULL,
  at DATETIME(3) NOT NULL,
  PRIMARY KEY (ticket_id, seq),
  UNIQUE KEY ticket_entries_id (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE ticket_conversations (
  ticket_id BINARY(16) NOT NULL,
  conversation_id BINARY(16) NOT NULL,
  PRIMARY KEY (ticket_id, conversation_id),
  KEY ticket_conversations_conversation (conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE ticket_attachments (
  ticket_id BINARY(16) NOT NULL,
  attachment_id BINARY(16) NOT NULL,
  PRIMARY KEY (ticket_id, attachment_id),
  KEY ticket_attachments_attachment (attachment_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is the next number of one series for people. Taken outside the writer's transaction: gaps may come, doubles never.
CREATE TABLE counters (
  name VARCHAR(32) CHARACTER SET ascii NOT NULL,
  next_value BIGINT NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT INTO counters (name, next_value) VALUES ('ticket', 20001);
