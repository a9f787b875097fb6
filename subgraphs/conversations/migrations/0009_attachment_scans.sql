CREATE TABLE attachment_scans (
  attachment_id BINARY(16) NOT NULL,
  is_blocked TINYINT NOT NULL,
  PRIMARY KEY (attachment_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE message_scans (
  attachment_id BINARY(16) NOT NULL,
  conversation_id BINARY(16) NOT NULL,
  seq INT UNSIGNED NOT NULL,
  PRIMARY KEY (attachment_id, conversation_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
