-- Who changed a view last, and when: for whoever keeps shared views in order. Null for what was not changed since. And a name is
-- there once for the same people, as it is for views of the inbox: `audience` is the owner, the team, or everybody (all zeros). Where two of
-- the same moment have one name, the later ones get a part of their id behind it.
ALTER TABLE ticket_views ADD COLUMN changed_by_agent_id BINARY(16) NULL;
ALTER TABLE ticket_views ADD COLUMN changed_at DATETIME(3) NULL;
ALTER TABLE ticket_views ADD COLUMN audience BINARY(16) AS (CASE sharing WHEN 'ME' THEN owner_agent_id WHEN 'TEAM' THEN team_id ELSE 0x00000000000000000000000000000000 END) STORED;
UPDATE ticket_views v JOIN (SELECT id, ROW_NUMBER() OVER (PARTITION BY sharing, audience, name ORDER BY place, id) AS nth FROM ticket_views) twins ON twins.id = v.id
SET v.name = CONCAT(LEFT(v.name, 31), ' ', LOWER(HEX(RIGHT(v.id, 4)))), v.version = v.version + 1
WHERE twins.nth > 1;
ALTER TABLE ticket_views ADD UNIQUE KEY ticket_views_name (sharing, audience, name);
