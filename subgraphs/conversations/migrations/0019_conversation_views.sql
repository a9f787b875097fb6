-- One row is one saved view of the inbox: a name, conditions and an order. Written by save-view, read by everybody whom it is shared with;
-- few, removed with it. Names are labels like those of teams and tags. `place` orders the views of one sharing. `audience` is whom the name
-- is unique for: the owner, the team, or everybody (all zeros).
CREATE TABLE conversation_views (
  id BINARY(16) NOT NULL,
  owner_agent_id BINARY(16) NOT NULL,
  sharing VARCHAR(4) CHARACTER SET ascii NOT NULL,
  team_id BINARY(16) NULL,
  audience BINARY(16) AS (CASE sharing WHEN 'ME' THEN owner_agent_id WHEN 'TEAM' THEN team_id ELSE 0x00000000000000000000000000000000 END) STORED,
  name VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  filter JSON NOT NULL,
  order_by JSON NOT NULL,
  place INT NOT NULL,
  version INT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY conversation_views_name (sharing, audience, name),
  KEY conversation_views_owner (owner_agent_id, sharing, place),
  KEY conversation_views_shared (sharing, team_id, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
