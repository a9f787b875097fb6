-- One row hides one conversation from its agent's list until an instant. Written by snooze-conversation; gone when its time comes, when
-- the customer writes, and when it is woken by hand. (wakes_at, …) is the timer, (agent_id, …) serves the view.
CREATE TABLE snoozes (
  conversation_id BINARY(16) NOT NULL,
  agent_id BINARY(16) NOT NULL,
  wakes_at DATETIME(3) NOT NULL,
  PRIMARY KEY (conversation_id, agent_id),
  KEY snoozes_agent (agent_id, conversation_id),
  KEY snoozes_time (wakes_at, conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
