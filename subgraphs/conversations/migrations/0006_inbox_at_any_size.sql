-- One row counts the conversations that are alike in everything a list can be counted by; `tag` is empty for all of them, or
-- names one that they carry. `spoken` are those in which somebody wrote. Written by fold-tallies, read by every counter.
-- A conversation without queue or agent counts under sixteen zero bytes.
CREATE TABLE conversation_tallies (
  tag VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id BINARY(16) NOT NULL,
  queue_id BINARY(16) NOT NULL,
  priority CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  total INT NOT NULL,
  spoken INT NOT NULL,
  PRIMARY KEY (tag, state, agent_id, queue_id, priority, channel_kind),
  KEY conversation_tallies_queue (tag, state, queue_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is a change of a tally. Appended in the transaction that changes the conversation, so no verb ever waits for a
-- shared counter; a counter is the tallies and the changes together. Folded into the tallies within seconds.
CREATE TABLE tally_changes (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  tag VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id BINARY(16) NOT NULL,
  queue_id BINARY(16) NOT NULL,
  priority CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  total INT NOT NULL,
  spoken INT NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is one tag of one conversation, in both orders of its lists. Replaced with the conversation's own list of tags,
-- moved with its last message.
CREATE TABLE conversation_tags (
  conversation_id BINARY(16) NOT NULL,
  tag VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  last_message_at DATETIME(3) NOT NULL,
  started_at DATETIME(3) NOT NULL,
  PRIMARY KEY (conversation_id, tag),
  KEY conversation_tags_message (tag, last_message_at, conversation_id),
  KEY conversation_tags_start (tag, started_at, conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT IGNORE INTO conversation_tags (conversation_id, tag, last_message_at, started_at)
SELECT c.id, JSON_UNQUOTE(JSON_EXTRACT(c.tags, CONCAT('$[', n.place, ']'))), c.last_message_at, c.started_at
FROM conversations c JOIN (
  SELECT 0 AS place UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6
  UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9 UNION ALL SELECT 10 UNION ALL SELECT 11 UNION ALL SELECT 12 UNION ALL SELECT 13
  UNION ALL SELECT 14 UNION ALL SELECT 15 UNION ALL SELECT 16 UNION ALL SELECT 17 UNION ALL SELECT 18 UNION ALL SELECT 19) n ON n.place < JSON_LENGTH(c.tags);

INSERT INTO conversation_tallies (tag, state, agent_id, queue_id, priority, channel_kind, total, spoken)
SELECT '', c.state, COALESCE(c.agent_id, REPEAT(CHAR(0), 16)), COALESCE(c.queue_id, REPEAT(CHAR(0), 16)), c.priority, c.channel_kind, COUNT(*), SUM(c.last_text_seq > 0)
FROM conversations c GROUP BY 2, 3, 4, 5, 6;

INSERT INTO conversation_tallies (tag, state, agent_id, queue_id, priority, channel_kind, total, spoken)
SELECT t.tag, c.state, COALESCE(c.agent_id, REPEAT(CHAR(0), 16)), COALESCE(c.queue_id, REPEAT(CHAR(0), 16)), c.priority, c.channel_kind, COUNT(*), SUM(c.last_text_seq > 0)
FROM conversation_tags t JOIN conversations c ON c.id = t.conversation_id GROUP BY 1, 2, 3, 4, 5, 6;

-- Lists that had no index of their own, in their order. conversations_start also knows the last message, so that a list of
-- what began within some days is put in order without looking at its rows.
ALTER TABLE conversations
  DROP KEY conversations_start,
  ADD KEY conversations_start (started_at, id, last_message_at),
  ADD KEY conversations_queue_start (queue_id, state, started_at, id),
  ADD KEY conversations_priority (priority, state, last_message_at, id);

-- What an agent has read of conversations that are open: `open_actor_id` is the agent while the conversation is open.
ALTER TABLE read_marks
  ADD COLUMN open_actor_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD KEY read_marks_open (open_actor_id, conversation_id, seq);

UPDATE read_marks r JOIN conversations c ON c.id = r.conversation_id SET r.open_actor_id = r.actor_id
WHERE r.actor_kind = 'AGENT' AND c.state <> 'CLOSED';
