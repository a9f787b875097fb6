-- Where no ticket was ever made there is nothing of before to make findable: a new installation does not read all its first day a second time.
DELETE FROM word_backfills WHERE NOT EXISTS (SELECT 1 FROM tickets);
