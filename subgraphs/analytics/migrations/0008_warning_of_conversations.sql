-- Whose promises were missed when a warning came on; a warning is of tickets or of conversations, so one of the two lists is empty.
ALTER TABLE alerts ADD COLUMN conversation_ids JSON NOT NULL DEFAULT (JSON_ARRAY()) AFTER ticket_ids;
