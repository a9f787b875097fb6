-- One row is one queue. Written by saveQueue and set-up; read at every routing decision. A handful of rows, never deleted.
CREATE TABLE queues (
  id BINARY(16) NOT NULL,
  queue_key VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(60) NOT NULL,
  strategy JSON NOT NULL,
  accept_seconds INT NOT NULL,
  overflow_queue_id BINARY(16) NULL,
  overflow_seconds INT NULL,
  version INT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY queues_key (queue_key),
  KEY queues_name (name, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row says that a team serves a queue, asked in the order of position. Replaced as a whole by saveQueue.
CREATE TABLE queue_teams (
  queue_id BINARY(16) NOT NULL,
  team_id BINARY(16) NOT NULL,
  position INT NOT NULL,
  PRIMARY KEY (queue_id, team_id),
  KEY queue_teams_team (team_id, queue_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is one conversation that waits for a person; deleted when it is given away, moved back or closed.
-- The place in the queue is (priority, since, id): the index is the order in which work is given out.
CREATE TABLE queue_entries (
  id BINARY(16) NOT NULL,
  conversation_id BINARY(16) NOT NULL,
  queue_id BINARY(16) NOT NULL,
  priority TINYINT NOT NULL,
  since DATETIME(3) NOT NULL,
  entered_at DATETIME(3) NOT NULL,
  offer_id BINARY(16) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY queue_entries_conversation (conversation_id),
  KEY queue_entries_order (queue_id, priority, since, id),
  KEY queue_entries_offer (offer_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is one ended wait. Written when an entry is deleted; read for wait estimates (last 30 minutes) and to take up a
-- returned conversation's old place. `decision_id` names the decision that assigned it; only a wait that ended in any
-- other way has none, which the check enforces. Rows older than a day are swept.
CREATE TABLE queue_waits (
  id BINARY(16) NOT NULL,
  conversation_id BINARY(16) NOT NULL,
  queue_id BINARY(16) NOT NULL,
  since DATETIME(3) NOT NULL,
  ended_at DATETIME(3) NOT NULL,
  ended_by VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id BINARY(16) NULL,
  decision_id BINARY(16) NULL,
  PRIMARY KEY (id),
  KEY queue_waits_recent (queue_id, ended_at),
  KEY queue_waits_conversation (conversation_id, ended_at),
  KEY queue_waits_ended (ended_at),
  CONSTRAINT queue_waits_decided CHECK (ended_by <> 'ROUTING' OR decision_id IS NOT NULL)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is one offer of a waiting conversation to one agent; it is also the durable timer of its end.
-- Swept every second by (state, expires_at); counted as load of the agent while OPEN. `reason_enc` is sealed: people write it.
CREATE TABLE offers (
  id BINARY(16) NOT NULL,
  entry_id BINARY(16) NOT NULL,
  conversation_id BINARY(16) NOT NULL,
  queue_id BINARY(16) NOT NULL,
  agent_id BINARY(16) NOT NULL,
  decision_id BINARY(16) NOT NULL,
  state VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  offered_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  ended_at DATETIME(3) NULL,
  reason_enc VARBINARY(2048) NULL,
  PRIMARY KEY (id),
  KEY offers_due (state, expires_at),
  KEY offers_agent (agent_id, state),
  KEY offers_conversation (conversation_id, state),
  KEY offers_entry (entry_id, ended_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is one version of the routing rules, as data. Append-only; the greatest version is in force.
CREATE TABLE routing_rule_versions (
  version INT NOT NULL,
  rules JSON NOT NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is one decision with everything it was made from, kept for ever. `inputs` and `candidates` hold ids, numbers
-- and the rules' own words, never what a person wrote. Ids rise with time, so the primary key is the order of the list.
CREATE TABLE routing_decisions (
  id BINARY(16) NOT NULL,
  conversation_id BINARY(16) NOT NULL,
  decided_at DATETIME(3) NOT NULL,
  outcome VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  queue_id BINARY(16) NULL,
  chosen_agent_id BINARY(16) NULL,
  rule_name VARCHAR(80) NULL,
  rule_version INT NOT NULL,
  actor_kind VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  inputs JSON NOT NULL,
  candidates JSON NOT NULL,
  reason_enc VARBINARY(2048) NULL,
  PRIMARY KEY (id),
  KEY routing_decisions_conversation (conversation_id, id),
  KEY routing_decisions_queue (queue_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row says that a decision looked at an agent, so that "which decisions left me out?" needs no scan of JSON.
CREATE TABLE routing_decision_agents (
  agent_id BINARY(16) NOT NULL,
  decision_id BINARY(16) NOT NULL,
  PRIMARY KEY (agent_id, decision_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is one agent or team whose capacity routing counts. Locked FOR UPDATE while a claim counts, so that two queues
-- cannot both fill the last place; for agents it also remembers the last new work (longest idle).
CREATE TABLE work_holders (
  id BINARY(16) NOT NULL,
  last_work_at DATETIME(3) NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
