-- Counts how often what tickets are promised was put in force. Whoever chooses a promise holds the row in share mode until the ticket
-- is stored, so a change waits for what was chosen before it, and then meets open tickets all of which were promised something.
INSERT INTO counters (name, next_value) VALUES ('sla_terms', 1);
