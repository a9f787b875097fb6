-- One row is one macro. Written by saveMacro; read at every look into the list and at every run. Never deleted, at most 1,000 for
-- each audience: an agent, a team, or everybody (all zeros).
CREATE TABLE macros (
  id BINARY(16) NOT NULL,
  name VARCHAR(60) NOT NULL,
  name_pinyin VARCHAR(600) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  steps JSON NOT NULL,
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
  KEY macros_audience (audience, is_retired)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
