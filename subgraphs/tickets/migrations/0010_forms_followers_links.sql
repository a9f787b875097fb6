-- The form of a category is a JSON Schema kept as text: a JSON column would forget the order of the fields.
ALTER TABLE categories
  ADD COLUMN fields_schema MEDIUMTEXT NULL,
  ADD COLUMN required_fields JSON NULL,
  ADD KEY categories_parent (parent_id, position);

-- What custom fields hold is sealed with the customer's key, as subject and description are.
ALTER TABLE tickets
  ADD COLUMN sealed_fields MEDIUMBLOB NULL,
  ADD COLUMN parent_id BINARY(16) NULL,
  ADD KEY tickets_parent (parent_id, is_over, created_at, id);

ALTER TABLE ticket_comments
  ADD COLUMN mention_ids JSON NULL;

-- One row is one agent who is told of changes of one ticket. The second key finds what somebody follows.
CREATE TABLE ticket_followers (
  ticket_id BINARY(16) NOT NULL,
  agent_id BINARY(16) NOT NULL,
  PRIMARY KEY (ticket_id, agent_id),
  KEY ticket_followers_agent (agent_id, ticket_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is one link between two tickets, told from ticket_id; between two there is at most one.
CREATE TABLE ticket_links (
  ticket_id BINARY(16) NOT NULL,
  other_id BINARY(16) NOT NULL,
  kind VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  linked_at DATETIME(3) NOT NULL,
  PRIMARY KEY (ticket_id, other_id),
  KEY ticket_links_other (other_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
