-- One row is one public message of an agent that waits for its time. Written by schedule-message; the committer ends it in the transaction
-- that stores the message, so it is sent once. due_at is the timer: its time while it waits, null once it was stopped or has ended. One that
-- has ended stays for a day without its words, so that a late retry cannot bring it back; (ended_at) serves that clean-up.
CREATE TABLE scheduled_messages (
  id BINARY(16) NOT NULL,
  conversation_id BINARY(16) NOT NULL,
  agent_id BINARY(16) NOT NULL,
  client_message_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content_enc MEDIUMBLOB NULL,
  reply_to_seq INT UNSIGNED NULL,
  last_seen_seq INT UNSIGNED NOT NULL,
  send_at DATETIME(3) NOT NULL,
  due_at DATETIME(3) NULL,
  is_sent_anyway TINYINT NOT NULL,
  stopped_because VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NULL,
  outcome VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
  scheduled_at DATETIME(3) NOT NULL,
  ended_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY scheduled_messages_client (conversation_id, client_message_id),
  KEY scheduled_messages_due (due_at, id),
  KEY scheduled_messages_end (ended_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- Who took a message back, and when: the only change a stored message knows. Its words stay, sealed, for auditors.
ALTER TABLE messages
  ADD COLUMN recalled_at DATETIME(3) NULL,
  ADD COLUMN recalled_by VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;
