-- Two rows: the last row version given out (held by each writer of facts until it commits, so versions rise in the order
-- of commits), and the instant up to which events are in the facts.
CREATE TABLE counters (
  name VARCHAR(32) CHARACTER SET ascii NOT NULL,
  next_value BIGINT NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT INTO counters (name, next_value) VALUES ('row_version', 1);

CREATE TABLE message_facts (
  message_id BINARY(16) NOT NULL,
  conversation_id BINARY(16) NOT NULL,
  author_kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
  agent_id BINARY(16) NULL,
  visibility VARCHAR(8) CHARACTER SET ascii NOT NULL,
  sent_at DATETIME(3) NOT NULL,
  known_from DATETIME(3) NOT NULL,
  row_version BIGINT NOT NULL,
  PRIMARY KEY (message_id),
  KEY message_facts_sent (sent_at, conversation_id),
  KEY message_facts_agent (agent_id, sent_at),
  KEY message_facts_version (row_version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE assignment_facts (
  event_id BINARY(16) NOT NULL,
  conversation_id BINARY(16) NOT NULL,
  agent_id BINARY(16) NOT NULL,
  assigned_at DATETIME(3) NOT NULL,
  waited_seconds INT NOT NULL,
  known_from DATETIME(3) NOT NULL,
  row_version BIGINT NOT NULL,
  PRIMARY KEY (event_id),
  KEY assignment_facts_conversation (conversation_id),
  KEY assignment_facts_agent (agent_id, assigned_at),
  KEY assignment_facts_version (row_version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE conversation_facts (
  conversation_id BINARY(16) NOT NULL,
  row_version BIGINT NOT NULL,
  known_from DATETIME(3) NOT NULL,
  known_until DATETIME(3) NOT NULL,
  channel_kind VARCHAR(16) CHARACTER SET ascii NOT NULL,
  started_at DATETIME(3) NULL,
  queue_id BINARY(16) NULL,
  queue_mark VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id BINARY(16) NULL,
  agent_mark VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  closed_at DATETIME(3) NULL,
  closed_by VARCHAR(8) CHARACTER SET ascii NULL,
  closure_mark VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  rating TINYINT NULL,
  rated_at DATETIME(3) NULL,
  rated_agent_id BINARY(16) NULL,
  rating_mark VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  replied_at DATETIME(3) NULL,
  replied_agent_id BINARY(16) NULL,
  reply_mark VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (conversation_id, row_version),
  KEY conversation_facts_started (started_at, known_until),
  KEY conversation_facts_agent (agent_id, known_until),
  KEY conversation_facts_replied (replied_agent_id, replied_at),
  KEY conversation_facts_rated (rated_agent_id, rated_at),
  KEY conversation_facts_version (row_version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
