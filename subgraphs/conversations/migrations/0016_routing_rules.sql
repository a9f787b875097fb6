-- A version of the routing rules is saved as a draft, run dry and put in force; before, the greatest version was in force.
-- `active_key` lets exactly one version be in force. (state, activated_at) finds it, and those whose planned moment has come.
ALTER TABLE routing_rule_versions
  ADD COLUMN id BINARY(16) NULL,
  ADD COLUMN state VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'RETIRED',
  ADD COLUMN author_kind VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'SYSTEM',
  ADD COLUMN author_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN activated_at DATETIME(3) NULL;

UPDATE routing_rule_versions SET id = UNHEX(LPAD(HEX(version), 32, '0')), activated_at = created_at;

UPDATE routing_rule_versions r JOIN (SELECT MAX(version) AS version FROM routing_rule_versions) newest ON newest.version = r.version SET r.state = 'ACTIVE';

ALTER TABLE routing_rule_versions
  MODIFY COLUMN id BINARY(16) NOT NULL,
  ADD COLUMN active_key TINYINT GENERATED ALWAYS AS (IF(state = 'ACTIVE', 1, NULL)) STORED,
  ADD UNIQUE KEY routing_rule_versions_id (id),
  ADD UNIQUE KEY routing_rule_versions_active (active_key),
  ADD KEY routing_rule_versions_state (state, activated_at);

-- One row is one dry run of a version over what began in [from_at, until_at), newest first. It goes on after (after_at, after_id),
-- so a worker that died costs nothing. `flows` holds queue keys, rule names, numbers and conversation ids. A few rows for each version.
CREATE TABLE routing_dry_runs (
  id BINARY(16) NOT NULL,
  version_id BINARY(16) NOT NULL,
  compared_with INT NOT NULL,
  state VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_at DATETIME(3) NOT NULL,
  until_at DATETIME(3) NOT NULL,
  after_at DATETIME(3) NULL,
  after_id BINARY(16) NULL,
  total_count INT NOT NULL,
  done_count INT NOT NULL,
  changed_count INT NOT NULL,
  flows JSON NOT NULL,
  started_at DATETIME(3) NOT NULL,
  ended_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  KEY routing_dry_runs_version (version_id, id),
  KEY routing_dry_runs_state (state, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- Skills that the rule which chose the queue asks for, beside those of the queue; kept with the wait, so that a conversation which
-- returns asks for them again. Null: none.
ALTER TABLE queue_entries ADD COLUMN skills JSON NULL;

ALTER TABLE queue_waits ADD COLUMN skills JSON NULL;
