-- The message, or service line, that tells of what happened: a proof names it. Null for what none tells of, and for what was heard before it was kept.
ALTER TABLE conversation_facts ADD COLUMN told_seq INT NULL;
