-- What was merged while it waited for somebody waits for the ticket that took it in, and is in no list of what stands still or was missed.
UPDATE sla_clocks c JOIN tickets t ON t.id = c.ticket_id SET c.pause_reason = 'MERGED'
WHERE c.is_going = 1 AND t.merged_into_id IS NOT NULL AND (c.pause_reason IS NULL OR c.pause_reason <> 'MERGED');
