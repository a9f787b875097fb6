-- A published fact stays until every consumer has taken it in: the bus must never hold the only copy.
-- published_at is null while it waits for the relay; a bus that lost its data makes it null again.
ALTER TABLE outbox ADD COLUMN published_at DATETIME(3) NULL, ADD KEY outbox_published (published_at, id);
