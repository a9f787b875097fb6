-- One row is one saved view: a name, conditions and an order. Written by save-view, read by everybody whom it is shared with; few,
-- removed with delete-view. Names are labels like those of teams and tags. `place` orders the views of one sharing.
CREATE TABLE ticket_views (
  id BINARY(16) NOT NULL,
  owner_agent_id BINARY(16) NOT NULL,
  sharing VARCHAR(4) CHARACTER SET ascii NOT NULL,
  team_id BINARY(16) NULL,
  name VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  filter JSON NOT NULL,
  order_by JSON NOT NULL,
  shown_columns JSON NOT NULL,
  place INT NOT NULL,
  version INT NOT NULL,
  PRIMARY KEY (id),
  KEY ticket_views_owner (owner_agent_id, sharing, place),
  KEY ticket_views_shared (sharing, team_id, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row counts the tickets that are alike in everything a list can be counted by; `tag` is empty for all of them, or names one
-- that they carry. Nobody is sixteen zero bytes; a maker who is also the owner is not named twice. Written by fold-tallies, read by
-- every counter.
CREATE TABLE ticket_tallies (
  tag VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  priority TINYINT NOT NULL,
  category_id BINARY(16) NOT NULL,
  agent_id BINARY(16) NOT NULL,
  queue_id BINARY(16) NOT NULL,
  team_id BINARY(16) NOT NULL,
  creator_agent_id BINARY(16) NOT NULL,
  is_missed TINYINT NOT NULL,
  total INT NOT NULL,
  PRIMARY KEY (tag, state, agent_id, queue_id, team_id, creator_agent_id, category_id, priority, is_missed)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is a change of a tally. Appended in the transaction that changes the ticket, so no verb ever waits for a shared counter;
-- a counter is the tallies and the changes together. Folded into the tallies within seconds.
CREATE TABLE ticket_tally_changes (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  tag VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  priority TINYINT NOT NULL,
  category_id BINARY(16) NOT NULL,
  agent_id BINARY(16) NOT NULL,
  queue_id BINARY(16) NOT NULL,
  team_id BINARY(16) NOT NULL,
  creator_agent_id BINARY(16) NOT NULL,
  is_missed TINYINT NOT NULL,
  total INT NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT INTO ticket_tallies (tag, state, priority, category_id, agent_id, queue_id, team_id, creator_agent_id, is_missed, total)
SELECT x.tag, t.state, t.priority, t.category_id, COALESCE(t.agent_id, REPEAT(CHAR(0), 16)) AS agent, COALESCE(t.queue_id, REPEAT(CHAR(0), 16)) AS queue,
  COALESCE(t.team_id, REPEAT(CHAR(0), 16)) AS team, IF(t.creator_agent_id IS NULL OR t.creator_agent_id = t.agent_id, REPEAT(CHAR(0), 16), t.creator_agent_id) AS creator,
  IF(m.ticket_id IS NULL, 0, 1) AS missed, COUNT(*)
FROM (SELECT id AS ticket_id, '' AS tag FROM tickets UNION ALL SELECT ticket_id, tag FROM ticket_tags) x
JOIN tickets t ON t.id = x.ticket_id
LEFT JOIN (SELECT DISTINCT ticket_id FROM sla_clocks WHERE is_going = 1 AND state = 'BREACHED') m ON m.ticket_id = t.id
GROUP BY x.tag, t.state, t.priority, t.category_id, agent, queue, team, creator, missed;
