-- A clock, and each of its steps, is of a ticket or of a conversation: exactly one of the two ids is set.
ALTER TABLE sla_clocks
  MODIFY COLUMN ticket_id BINARY(16) NULL,
  ADD COLUMN conversation_id BINARY(16) NULL AFTER ticket_id,
  ADD UNIQUE KEY sla_clocks_conversation (conversation_id, target, start_seq);

ALTER TABLE sla_steps
  MODIFY COLUMN ticket_id BINARY(16) NULL,
  ADD COLUMN conversation_id BINARY(16) NULL AFTER ticket_id,
  ADD KEY sla_steps_conversation (conversation_id);

CREATE TABLE promised_conversations (
  conversation_id BINARY(16) NOT NULL,
  channel_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  priority TINYINT NOT NULL,
  agent_id BINARY(16) NULL,
  queue_id BINARY(16) NULL,
  team_id BINARY(16) NULL,
  is_over TINYINT NOT NULL,
  said_seq INT NOT NULL,
  last_place INT NOT NULL,
  told_due JSON NULL,
  changed_at DATETIME(3) NOT NULL,
  PRIMARY KEY (conversation_id),
  KEY promised_conversations_open (is_over, conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE conversation_facts (
  conversation_id BINARY(16) NOT NULL,
  place INT NOT NULL,
  kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
  state VARCHAR(8) CHARACTER SET ascii NULL,
  at DATETIME(3) NOT NULL,
  terms JSON NULL,
  PRIMARY KEY (conversation_id, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
