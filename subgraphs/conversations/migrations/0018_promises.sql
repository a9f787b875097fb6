-- The promise of a conversation that runs out next, as the clocks of tickets tell it; far in the future while none runs.
ALTER TABLE conversations
  ADD COLUMN due_at DATETIME(3) NOT NULL DEFAULT '9999-01-01 00:00:00.000',
  ADD COLUMN due_target VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN due_state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN due_risk_at DATETIME(3) NULL,
  ADD KEY conversations_agent_due (agent_id, state, due_at),
  ADD KEY conversations_queue_due (queue_id, state, due_at),
  ADD KEY conversations_due (state, due_at);
