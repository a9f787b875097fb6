-- What is searched by (kit/search). One row of a _words table is one text with its keyed tokens: a message of a conversation
-- (seq 0: the subject), or of a customer the company and tags (seq 0) and the name (seq 1). Written with what it says, in one
-- transaction; gone when the text is replaced. `place` is the order of time; texts of before the index have places below 2^40.
-- One row of a _postings table lists which of 16,384 texts have a token: two bytes each. Sorted in by a job.
CREATE TABLE message_words (
  place BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  owner_id BINARY(16) NOT NULL,
  seq INT UNSIGNED NOT NULL,
  is_sorted TINYINT NOT NULL,
  tokens MEDIUMBLOB NOT NULL,
  PRIMARY KEY (place),
  UNIQUE KEY message_words_owner (owner_id, seq),
  KEY message_words_waiting (is_sorted, place)
) ENGINE=InnoDB AUTO_INCREMENT=1099511627776 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE message_postings (
  token INT UNSIGNED NOT NULL,
  block INT UNSIGNED NOT NULL,
  places MEDIUMBLOB NOT NULL,
  PRIMARY KEY (token, block)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE customer_words (
  place BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  owner_id BINARY(16) NOT NULL,
  seq INT UNSIGNED NOT NULL,
  is_sorted TINYINT NOT NULL,
  tokens MEDIUMBLOB NOT NULL,
  PRIMARY KEY (place),
  UNIQUE KEY customer_words_owner (owner_id, seq),
  KEY customer_words_waiting (is_sorted, place)
) ENGINE=InnoDB AUTO_INCREMENT=1099511627776 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE customer_postings (
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
  ('message_words', REPEAT(CHAR(0), 16), 1, DATE_ADD(NOW(3), INTERVAL 1 DAY)), ('customer_words', REPEAT(CHAR(0), 16), 1, DATE_ADD(NOW(3), INTERVAL 1 DAY));
