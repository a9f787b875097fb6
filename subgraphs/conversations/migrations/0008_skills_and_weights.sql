-- Capacity counts in units: a conversation takes as many as its channel said when it began, and an offer of it holds as many.
-- conversations_agent holds them too, because what an agent has in hand is counted at every routing decision.
ALTER TABLE channels ADD COLUMN units TINYINT UNSIGNED NOT NULL DEFAULT 1;

ALTER TABLE offers ADD COLUMN units TINYINT UNSIGNED NOT NULL DEFAULT 1;

ALTER TABLE conversations
  ADD COLUMN units TINYINT UNSIGNED NOT NULL DEFAULT 1,
  DROP KEY conversations_agent,
  ADD KEY conversations_agent (agent_id, state, last_message_at, id, units);

-- Skills that a queue asks of whoever gets its work, and the seconds of waiting after which they are only preferred.
-- Null: it asks for none.
ALTER TABLE queues
  ADD COLUMN skills JSON NULL,
  ADD COLUMN skill_seconds INT NULL;
