-- on_name holds the name while the alert is on: no name is on twice, whoever raises it.
CREATE TABLE alerts (
  id BINARY(16) NOT NULL,
  kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  facts JSON NOT NULL,
  value DOUBLE NOT NULL,
  threshold DOUBLE NOT NULL,
  ticket_ids JSON NOT NULL,
  raised_at DATETIME(3) NOT NULL,
  cleared_at DATETIME(3) NULL,
  is_on TINYINT AS (IF(cleared_at IS NULL, 1, 0)) STORED,
  on_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin AS (IF(cleared_at IS NULL, name, NULL)) STORED,
  acknowledged_by BINARY(16) NULL,
  acknowledged_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY alerts_on (on_name),
  KEY alerts_newest (is_on, raised_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE alert_events (
  seq BIGINT NOT NULL,
  alert_id BINARY(16) NOT NULL,
  at DATETIME(3) NOT NULL,
  PRIMARY KEY (seq),
  KEY alert_events_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT INTO counters (name, next_value) VALUES ('alert_seq', 1);

CREATE TABLE alert_recipients (
  id BINARY(16) NOT NULL,
  kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
  address_bidx VARBINARY(32) NOT NULL,
  sealed_address VARBINARY(2100) NOT NULL,
  sealed_secret VARBINARY(200) NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY alert_recipients_address (address_bidx)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE alert_deliveries (
  id BINARY(16) NOT NULL,
  recipient_id BINARY(16) NOT NULL,
  alert_id BINARY(16) NULL,
  occasion VARCHAR(8) CHARACTER SET ascii NOT NULL,
  state VARCHAR(8) CHARACTER SET ascii NOT NULL,
  try_count INT NOT NULL,
  next_try_at DATETIME(3) NULL,
  ended_at DATETIME(3) NULL,
  fault VARCHAR(100) NULL,
  PRIMARY KEY (id),
  KEY alert_deliveries_next (next_try_at, id),
  KEY alert_deliveries_ended (ended_at),
  KEY alert_deliveries_recipient (recipient_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
