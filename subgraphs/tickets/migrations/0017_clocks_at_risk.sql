-- Which instant of coming to be at risk was told already; clocks that run now wait for theirs as well.
ALTER TABLE sla_clocks
  ADD COLUMN risk_told_at DATETIME(3) NULL;

UPDATE sla_clocks SET next_at = LEAST(COALESCE(next_at, risk_at), risk_at)
WHERE is_going = 1 AND state = 'RUNNING' AND risk_at > NOW(3);
