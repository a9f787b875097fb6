-- What is searched by (kit/search). One row of ticket_words is one text with its keyed tokens: subject and description of a ticket
-- (seq 0), or a comment. Written with what it says, in one transaction; gone when the text is replaced. `place` is the order of
-- time; texts of before the index have places below 2^40. One row of ticket_postings lists which of 16,384 texts have a token:
-- two bytes each. Sorted in by a job.
CREATE TABLE ticket_words (
  place BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  owner_id BINARY(16) NOT NULL,
  seq INT UNSIGNED NOT NULL,
  is_sorted TINYINT NOT NULL,
  tokens MEDIUMBLOB NOT NULL,
  PRIMARY KEY (place),
  UNIQUE KEY ticket_words_owner (owner_id, seq),
  KEY ticket_words_waiting (is_sorted, place)
) ENGINE=InnoDB AUTO_INCREMENT=1099511627776 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE ticket_postings (
  token INT UNSIGNED NOT NULL,
  block INT UNSIGNED NOT NULL,
  places MEDIUMBLOB NOT NULL,
  PRIMARY KEY (token, block)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- How far the rows of before have been made findable: up to which id, in the order of ids, and the place of the next text.
-- A row leaves when its work is done.
CREATE TABLE word_backfills (
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  after_id BINARY(16) NOT NULL,
  next_place BIGINT UNSIGNED NOT NULL,
  ends_at DATETIME(3) NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT INTO word_backfills (name, after_id, next_place, ends_at) VALUES
  ('ticket_words', REPEAT(CHAR(0), 16), 1, DATE_ADD(NOW(3), INTERVAL 1 DAY));
