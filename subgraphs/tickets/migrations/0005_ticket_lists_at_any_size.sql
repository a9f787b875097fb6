-- Every list of tickets begins with the states it shows; each of these holds the rows of one state in the order of a list, for
-- whatever else narrows it most.
ALTER TABLE tickets
  DROP KEY tickets_urgent,
  DROP KEY tickets_updated,
  DROP KEY tickets_due,
  DROP KEY tickets_agent,
  DROP KEY tickets_queue,
  DROP KEY tickets_team,
  ADD KEY tickets_state_due (state, next_due_at, id),
  ADD KEY tickets_state_created (state, created_at, id, next_due_at),
  ADD KEY tickets_state_updated (state, updated_at, id),
  ADD KEY tickets_state_priority (state, priority, created_at, id),
  ADD KEY tickets_agent (agent_id, state, next_due_at, id),
  ADD KEY tickets_creator (creator_agent_id, state, next_due_at, id),
  ADD KEY tickets_queue (queue_id, state, next_due_at, id),
  ADD KEY tickets_team (team_id, state, next_due_at, id),
  ADD KEY tickets_category (category_id, state, next_due_at, id),
  ADD KEY tickets_priority (priority, state, next_due_at, id);

-- One row is one tag of one ticket, in the order of the list of tickets. Written with the ticket's own list of tags, moved with its
-- state and with when it is due.
CREATE TABLE ticket_tags (
  ticket_id BINARY(16) NOT NULL,
  tag VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  state VARCHAR(8) CHARACTER SET ascii NOT NULL,
  next_due_at DATETIME(3) NOT NULL,
  PRIMARY KEY (ticket_id, tag),
  KEY ticket_tags_due (tag, state, next_due_at, ticket_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT IGNORE INTO ticket_tags (ticket_id, tag, state, next_due_at)
SELECT t.id, JSON_UNQUOTE(JSON_EXTRACT(t.tags, CONCAT('$[', n.place, ']'))), t.state, t.next_due_at
FROM tickets t JOIN (
  SELECT 0 AS place UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6
  UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9 UNION ALL SELECT 10 UNION ALL SELECT 11 UNION ALL SELECT 12 UNION ALL SELECT 13
  UNION ALL SELECT 14 UNION ALL SELECT 15 UNION ALL SELECT 16 UNION ALL SELECT 17 UNION ALL SELECT 18 UNION ALL SELECT 19) n ON n.place < JSON_LENGTH(t.tags);

-- Which tickets have a clock that stands so or is due, without looking at its row; and how many began under a version of a policy.
ALTER TABLE sla_clocks
  ADD COLUMN policy_version_id VARCHAR(40) CHARACTER SET ascii AS (JSON_UNQUOTE(JSON_EXTRACT(terms, '$.versionId'))) STORED,
  DROP KEY sla_clocks_going,
  ADD KEY sla_clocks_going (is_going, due_at, ticket_id),
  ADD KEY sla_clocks_state (is_going, state, risk_at, ticket_id),
  ADD KEY sla_clocks_policy (policy_version_id, started_at);
