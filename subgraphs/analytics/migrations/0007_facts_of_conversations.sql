-- A fact is of a clock of a ticket or of a conversation: exactly one of the two ids is set. A conversation has no category.
ALTER TABLE sla_clock_facts
  MODIFY COLUMN ticket_id BINARY(16) NULL,
  MODIFY COLUMN category_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN conversation_id BINARY(16) NULL AFTER ticket_id;
