-- Lists by clocks and the board are counted from these indexes alone: how urgent the ticket is, and whether it was merged, stand in them too.
ALTER TABLE sla_clocks
  DROP KEY sla_clocks_state,
  DROP KEY sla_clocks_going,
  ADD KEY sla_clocks_state (is_going, state, priority, risk_at, ticket_id, pause_reason),
  ADD KEY sla_clocks_going (is_going, due_at, state, ticket_id, pause_reason);
