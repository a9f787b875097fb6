-- Who changed a view last, and when: for whoever keeps shared views in order. Null for what was not changed since.
ALTER TABLE conversation_views ADD COLUMN changed_by_agent_id BINARY(16) NULL;
ALTER TABLE conversation_views ADD COLUMN changed_at DATETIME(3) NULL;
