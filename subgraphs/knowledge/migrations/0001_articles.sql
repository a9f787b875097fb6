CREATE TABLE articles (
  id BINARY(16) NOT NULL,
  number INT NOT NULL,
  locale VARCHAR(8) CHARACTER SET ascii NOT NULL,
  visibility VARCHAR(8) CHARACTER SET ascii NOT NULL,
  category VARCHAR(200) NOT NULL,
  owner_id BINARY(16) NULL,
  title VARCHAR(200) NOT NULL,
  effective_date DATE NOT NULL,
  expire_date DATE NULL,
  published_version_id BINARY(16) NULL,
  draft_version_id BINARY(16) NULL,
  last_number INT NOT NULL,
  version INT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY articles_number (number),
  KEY articles_updated (updated_at, id),
  KEY articles_title (title, id),
  KEY articles_expire (expire_date, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE article_versions (
  id BINARY(16) NOT NULL,
  article_id BINARY(16) NOT NULL,
  number INT NOT NULL,
  title VARCHAR(200) NOT NULL,
  content MEDIUMTEXT NOT NULL,
  keywords JSON NOT NULL,
  similar_questions JSON NOT NULL,
  visibility VARCHAR(8) CHARACTER SET ascii NOT NULL,
  effective_date DATE NOT NULL,
  expire_date DATE NULL,
  author_kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
  author_id VARCHAR(64) CHARACTER SET ascii NULL,
  reason VARCHAR(200) NULL,
  search_text MEDIUMTEXT NOT NULL,
  saved_at DATETIME(3) NOT NULL,
  published_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY article_versions_number (article_id, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE publications (
  id BINARY(16) NOT NULL,
  article_id BINARY(16) NOT NULL,
  version_id BINARY(16) NOT NULL,
  state VARCHAR(10) CHARACTER SET ascii NOT NULL,
  publish_at DATETIME(3) NOT NULL,
  published_at DATETIME(3) NULL,
  ended_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  KEY publications_due (state, publish_at),
  KEY publications_article (article_id, published_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is the next number of one series for people. Taken outside the writer's transaction: gaps may come, doubles never.
CREATE TABLE counters (
  name VARCHAR(32) CHARACTER SET ascii NOT NULL,
  next_value BIGINT NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT INTO counters (name, next_value) VALUES ('article', 1001);
