ALTER TABLE tickets
  ADD COLUMN team_id BINARY(16) NULL AFTER queue_id,
  ADD COLUMN tags JSON NULL,
  ADD COLUMN last_word_seq INT NOT NULL DEFAULT 0,
  ADD COLUMN next_due_at DATETIME(3) NOT NULL DEFAULT '9999-01-01 00:00:00.000',
  ADD COLUMN solved_at DATETIME(3) NULL,
  ADD COLUMN closed_at DATETIME(3) NULL,
  ADD KEY tickets_due (next_due_at, id),
  ADD KEY tickets_team (team_id, priority, created_at),
  ADD KEY tickets_solved (state, solved_at);

ALTER TABLE ticket_entries
  MODIFY COLUMN kind VARCHAR(24) CHARACTER SET ascii NOT NULL,
  ADD COLUMN sealed_reason VARBINARY(2100) NULL,
  ADD COLUMN terms JSON NULL;

CREATE TABLE ticket_comments (
  ticket_id BINARY(16) NOT NULL,
  seq INT NOT NULL,
  id BINARY(16) NOT NULL,
  client_comment_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  visibility VARCHAR(8) CHARACTER SET ascii NOT NULL,
  sealed_text MEDIUMBLOB NOT NULL,
  attachment_ids JSON NOT NULL,
  PRIMARY KEY (ticket_id, seq),
  UNIQUE KEY ticket_comments_id (id),
  UNIQUE KEY ticket_comments_client (ticket_id, client_comment_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE business_hours (
  id BINARY(16) NOT NULL,
  hours_key VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(60) NOT NULL,
  version INT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY business_hours_key (hours_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE business_hours_versions (
  hours_id BINARY(16) NOT NULL,
  version INT NOT NULL,
  content JSON NOT NULL,
  saved_at DATETIME(3) NOT NULL,
  PRIMARY KEY (hours_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT INTO business_hours (id, hours_key, name, version) VALUES (UNHEX('019aab00000070008000000000000101'), '7x24', '7×24', 1);
INSERT INTO business_hours_versions (hours_id, version, content, saved_at) VALUES (UNHEX('019aab00000070008000000000000101'), 1,
  '{"timeZone":"UTC","week":[[{"from":0,"to":1440}],[{"from":0,"to":1440}],[{"from":0,"to":1440}],[{"from":0,"to":1440}],[{"from":0,"to":1440}],[{"from":0,"to":1440}],[{"from":0,"to":1440}]],"specialDays":{}}',
  '2026-01-01 00:00:00.000');

CREATE TABLE sla_policies (
  id BINARY(16) NOT NULL,
  name VARCHAR(60) NOT NULL,
  active_version_id BINARY(16) NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE sla_policy_versions (
  id BINARY(16) NOT NULL,
  document_id BINARY(16) NOT NULL,
  number INT NOT NULL,
  yaml MEDIUMTEXT NOT NULL,
  policies JSON NOT NULL,
  saved_at DATETIME(3) NOT NULL,
  author_kind VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'SYSTEM',
  author_id VARCHAR(64) CHARACTER SET ascii NULL,
  activated_at DATETIME(3) NULL,
  planned_scope VARCHAR(13) CHARACTER SET ascii NULL,
  PRIMARY KEY (id),
  UNIQUE KEY sla_policy_versions_number (document_id, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT INTO sla_policies (id, name, active_version_id) VALUES (UNHEX('019aab00000070008000000000000201'), '默认策略', UNHEX('019aab00000070008000000000000301'));
INSERT INTO sla_policy_versions (id, document_id, number, yaml, policies, saved_at, activated_at) VALUES (
  UNHEX('019aab00000070008000000000000301'), UNHEX('019aab00000070008000000000000201'), 1,
  'priority: P0\nfirst_response: 15m\nresolution_time: 4h\nescalation_rules:\n  - after: 10m\n    target: supervisor_group\n---\npriority: P1\nfirst_response: 1h\nresolution_time: 8h\nescalation_rules:\n  - after: 30m\n    target: supervisor_group\n---\npriority: P2\nfirst_response: 4h\nresolution_time: 3d\n',
  '[{"priority":"P0","conditions":{},"budgets":{"FIRST_RESPONSE":900000,"RESOLUTION":14400000},"pauseStates":["PENDING","ON_HOLD"],"hoursKey":"7x24","escalations":[{"appliesTo":null,"afterMs":600000,"target":"supervisor_group"}],"warnings":[]},{"priority":"P1","conditions":{},"budgets":{"FIRST_RESPONSE":3600000,"RESOLUTION":28800000},"pauseStates":["PENDING","ON_HOLD"],"hoursKey":"7x24","escalations":[{"appliesTo":null,"afterMs":1800000,"target":"supervisor_group"}],"warnings":[]},{"priority":"P2","conditions":{},"budgets":{"FIRST_RESPONSE":14400000,"RESOLUTION":259200000},"pauseStates":["PENDING","ON_HOLD"],"hoursKey":"7x24","escalations":[],"warnings":[]}]',
  '2026-01-01 00:00:00.000', '2026-01-01 00:00:00.000');

CREATE TABLE sla_dry_runs (
  id BINARY(16) NOT NULL,
  version_id BINARY(16) NOT NULL,
  state VARCHAR(9) CHARACTER SET ascii NOT NULL,
  priorities JSON NULL,
  from_day CHAR(10) CHARACTER SET ascii NOT NULL,
  to_day CHAR(10) CHARACTER SET ascii NOT NULL,
  counts JSON NOT NULL,
  seq INT NOT NULL,
  started_at DATETIME(3) NOT NULL,
  took_ms INT NOT NULL,
  PRIMARY KEY (id),
  KEY sla_dry_runs_version (version_id, id),
  KEY sla_dry_runs_open (state, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE sla_dry_run_changes (
  dry_run_id BINARY(16) NOT NULL,
  place INT NOT NULL,
  ticket_id BINARY(16) NOT NULL,
  target VARCHAR(16) CHARACTER SET ascii NOT NULL,
  state_before VARCHAR(8) CHARACTER SET ascii NOT NULL,
  state_after VARCHAR(8) CHARACTER SET ascii NOT NULL,
  due_before DATETIME(3) NOT NULL,
  due_after DATETIME(3) NOT NULL,
  PRIMARY KEY (dry_run_id, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE sla_clocks (
  id BINARY(16) NOT NULL,
  ticket_id BINARY(16) NOT NULL,
  target VARCHAR(16) CHARACTER SET ascii NOT NULL,
  start_seq INT NOT NULL,
  terms JSON NOT NULL,
  budget_ms BIGINT NOT NULL,
  state VARCHAR(8) CHARACTER SET ascii NOT NULL,
  pause_reason VARCHAR(24) CHARACTER SET ascii NULL,
  started_at DATETIME(3) NOT NULL,
  due_at DATETIME(3) NULL,
  risk_at DATETIME(3) NULL,
  used_ms BIGINT NOT NULL,
  read_at DATETIME(3) NOT NULL,
  ended_at DATETIME(3) NULL,
  breached_at DATETIME(3) NULL,
  next_at DATETIME(3) NULL,
  priority TINYINT NOT NULL,
  agent_id BINARY(16) NULL,
  creator_agent_id BINARY(16) NULL,
  queue_id BINARY(16) NULL,
  team_id BINARY(16) NULL,
  is_going TINYINT AS (IF(ended_at IS NULL, 1, 0)) STORED,
  PRIMARY KEY (id),
  UNIQUE KEY sla_clocks_ticket (ticket_id, target, start_seq),
  KEY sla_clocks_next (next_at),
  KEY sla_clocks_going (is_going, due_at),
  KEY sla_clocks_ended (target, ended_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE sla_steps (
  clock_id BINARY(16) NOT NULL,
  kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
  place INT NOT NULL,
  id BINARY(16) NOT NULL,
  ticket_id BINARY(16) NOT NULL,
  used_ms BIGINT NOT NULL,
  team_key VARCHAR(64) CHARACTER SET ascii NULL,
  fire_at DATETIME(3) NULL,
  state VARCHAR(9) CHARACTER SET ascii NOT NULL,
  done_at DATETIME(3) NULL,
  lateness_ms BIGINT NULL,
  cancel_reason VARCHAR(16) CHARACTER SET ascii NULL,
  actor_kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
  actor_id VARCHAR(64) CHARACTER SET ascii NULL,
  PRIMARY KEY (clock_id, kind, place),
  UNIQUE KEY sla_steps_id (id),
  KEY sla_steps_ticket (ticket_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
