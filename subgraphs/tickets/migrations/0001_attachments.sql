CREATE TABLE blobs (
  id BINARY(16) NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sealed_key VARBINARY(128) NOT NULL,
  bytes INT NOT NULL,
  received_bytes INT NOT NULL,
  fence INT NOT NULL,
  content_type VARCHAR(120) CHARACTER SET ascii NULL,
  digest BINARY(32) NULL,
  created_at DATETIME(3) NOT NULL,
  completed_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  KEY blobs_digest (owner_id, digest)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE attachments (
  id BINARY(16) NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  client_upload_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sealed_name VARBINARY(1200) NOT NULL,
  bytes INT NOT NULL,
  claimed_digest BINARY(32) NULL,
  blob_id BINARY(16) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  linked_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY attachments_client (owner_id, client_upload_id),
  KEY attachments_blob (blob_id),
  KEY attachments_unlinked (linked_at, created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE conversation_places (
  conversation_id BINARY(16) NOT NULL,
  customer_id BINARY(16) NOT NULL,
  queue_id BINARY(16) NULL,
  agent_id BINARY(16) NULL,
  place_mark VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_mark VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE attachment_links (
  attachment_id BINARY(16) NOT NULL,
  conversation_id BINARY(16) NOT NULL,
  visibility VARCHAR(8) CHARACTER SET ascii NOT NULL,
  PRIMARY KEY (attachment_id, conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
