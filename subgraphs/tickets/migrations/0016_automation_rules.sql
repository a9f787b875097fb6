CREATE TABLE automation_rules (
  id BINARY(16) NOT NULL,
  name VARCHAR(60) NOT NULL,
  is_enabled TINYINT NOT NULL,
  active_version_id BINARY(16) NULL,
  swept_at DATETIME(3) NULL,
  swept_id BINARY(16) NULL,
  PRIMARY KEY (id),
  KEY automation_rules_name (name, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE automation_versions (
  id BINARY(16) NOT NULL,
  rule_id BINARY(16) NOT NULL,
  number INT NOT NULL,
  set_off_by VARCHAR(16) CHARACTER SET ascii NOT NULL,
  since VARCHAR(8) CHARACTER SET ascii NULL,
  after_ms BIGINT NULL,
  conditions JSON NOT NULL,
  steps JSON NOT NULL,
  author_kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
  author_id VARCHAR(64) CHARACTER SET ascii NULL,
  saved_at DATETIME(3) NOT NULL,
  activated_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY automation_versions_number (rule_id, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE automation_dry_runs (
  id BINARY(16) NOT NULL,
  version_id BINARY(16) NOT NULL,
  state VARCHAR(9) CHARACTER SET ascii NOT NULL,
  from_day CHAR(10) CHARACTER SET ascii NOT NULL,
  to_day CHAR(10) CHARACTER SET ascii NOT NULL,
  counts JSON NOT NULL,
  seq INT NOT NULL,
  started_at DATETIME(3) NOT NULL,
  took_ms INT NOT NULL,
  PRIMARY KEY (id),
  KEY automation_dry_runs_version (version_id, id),
  KEY automation_dry_runs_open (state, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE automation_dry_run_tickets (
  dry_run_id BINARY(16) NOT NULL,
  place INT NOT NULL,
  ticket_id BINARY(16) NOT NULL,
  at DATETIME(3) NOT NULL,
  run_count INT NOT NULL,
  PRIMARY KEY (dry_run_id, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE automation_events (
  place BIGINT NOT NULL AUTO_INCREMENT,
  event_id BINARY(16) NOT NULL,
  ticket_id BINARY(16) NOT NULL,
  set_off_by VARCHAR(16) CHARACTER SET ascii NOT NULL,
  rule_id BINARY(16) NULL,
  quiet_since DATETIME(3) NULL,
  chain JSON NOT NULL,
  at DATETIME(3) NOT NULL,
  due_at DATETIME(3) NOT NULL,
  tries INT NOT NULL,
  PRIMARY KEY (place),
  KEY automation_events_due (due_at, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE rule_traces (
  id BINARY(16) NOT NULL,
  ticket_id BINARY(16) NOT NULL,
  event_id BINARY(16) NOT NULL,
  rule_id BINARY(16) NOT NULL,
  version_number INT NOT NULL,
  set_off_by VARCHAR(16) CHARACTER SET ascii NOT NULL,
  at DATETIME(3) NOT NULL,
  outcome VARCHAR(12) CHARACTER SET ascii NOT NULL,
  failed_condition VARCHAR(24) CHARACTER SET ascii NULL,
  refusal JSON NULL,
  changes JSON NULL,
  depth INT NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY rule_traces_once (event_id, rule_id),
  KEY rule_traces_ticket (ticket_id, id),
  KEY rule_traces_rule (rule_id, outcome, at),
  KEY rule_traces_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
