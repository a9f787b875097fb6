-- One row is one canned reply. Written by saveCannedReply; read at every look into the list. Never deleted, at most 1,000 for each
-- audience: an agent, a team, or everybody (all zeros). active_shortcut is null while out of use, so that another may take it.
CREATE TABLE canned_replies (
  id BINARY(16) NOT NULL,
  title VARCHAR(60) NOT NULL,
  title_pinyin VARCHAR(600) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shortcut VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
  active_shortcut VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
  reply_text TEXT NOT NULL,
  sharing VARCHAR(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  author_id BINARY(16) NOT NULL,
  team_id BINARY(16) NULL,
  audience BINARY(16) NOT NULL,
  is_retired TINYINT(1) NOT NULL,
  usage_count INT UNSIGNED NOT NULL,
  version INT UNSIGNED NOT NULL,
  created_at DATETIME(3) NOT NULL,
  changed_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY canned_replies_shortcut (audience, active_shortcut),
  KEY canned_replies_audience (audience, is_retired)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
