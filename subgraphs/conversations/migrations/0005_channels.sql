-- One row is one channel. Written by set-up and seed; read by the widget before every visit. A handful of rows.
-- `secret_enc` signs the host application's identity proofs and is sealed; `name` and the widget's texts are public words
-- of the organisation, shown to everybody who opens the page.
CREATE TABLE channels (
  id BINARY(16) NOT NULL,
  channel_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  kind VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(60) NOT NULL,
  locale VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  is_enabled TINYINT(1) NOT NULL,
  origins JSON NOT NULL,
  texts JSON NOT NULL,
  accent_color CHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  form JSON NOT NULL,
  secret_enc VARBINARY(512) NULL,
  version INT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY channels_key (channel_key),
  KEY channels_name (name, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
