-- A change is of a ticket or of a conversation: exactly one of the two ids is set. Where only one of the two versions promises a conversation something, the other has no verdict.
ALTER TABLE sla_dry_run_changes
  MODIFY COLUMN ticket_id BINARY(16) NULL,
  MODIFY COLUMN state_before VARCHAR(8) CHARACTER SET ascii NULL,
  MODIFY COLUMN state_after VARCHAR(8) CHARACTER SET ascii NULL,
  MODIFY COLUMN due_before DATETIME(3) NULL,
  MODIFY COLUMN due_after DATETIME(3) NULL,
  ADD COLUMN conversation_id BINARY(16) NULL AFTER ticket_id;
