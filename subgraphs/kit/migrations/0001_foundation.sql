-- One row is one fact waiting to be published. Every verb writes it in the transaction of the fact; the leased
-- relay reads by id, publishes, and deletes what every consumer has taken in (0002). Ids become visible out of
-- order (a later one may commit first): never remember a position, only delete what was published.
CREATE TABLE outbox (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  envelope JSON NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

-- One row says that one consumer group has taken in one event. Written in the transaction of the effect, so an
-- event that arrives twice works once. Rows leave 14 days later, long after the bus has forgotten the event;
-- (handled_at) serves that sweep.
CREATE TABLE processed_events (
  event_id BINARY(16) NOT NULL,
  consumer VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  handled_at DATETIME(3) NOT NULL,
  PRIMARY KEY (event_id, consumer),
  KEY processed_events_handled (handled_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

-- One row is one event that failed every try and was set aside, so that those behind it could pass. People read
-- it; it leaves when they replay or drop it. It carries ids only, like every event; `reason` never quotes data.
CREATE TABLE dead_letters (
  event_id BINARY(16) NOT NULL,
  consumer VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  envelope JSON NOT NULL,
  reason VARCHAR(500) NOT NULL,
  tries INT NOT NULL,
  failed_at DATETIME(3) NOT NULL,
  PRIMARY KEY (event_id, consumer)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

-- One row is the right to do one thing alone (publish the outbox, run a job). Taken and renewed by conditional
-- UPDATE, timed by the database; `fence` rises with each taking. One row per name, for ever.
CREATE TABLE leases (
  name VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  holder VARCHAR(80) NOT NULL,
  fence BIGINT UNSIGNED NOT NULL,
  ends_at DATETIME(3) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

-- One row is one call that carried an idempotency key: the hash of who, what and which key, the hash of its input
-- and its result (ids only). Rows leave after 24 hours; (expires_at) serves that sweep.
CREATE TABLE idempotency_keys (
  id BINARY(32) NOT NULL PRIMARY KEY,
  input_hash BINARY(32) NOT NULL,
  result JSON NULL,
  expires_at DATETIME(3) NOT NULL,
  KEY idempotency_keys_expires (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

-- One row is the data key of one owner (a customer), wrapped by the key-encryption key `kek_id`. Made with the
-- owner's first sealed cell. Erasure blanks `wrapped` and leaves the row, so that no second key is made by mistake.
CREATE TABLE data_keys (
  owner_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  kek_id INT UNSIGNED NOT NULL,
  wrapped VARBINARY(80) NULL,
  created_at DATETIME(3) NOT NULL,
  destroyed_at DATETIME(3) NULL,
  KEY data_keys_kek (kek_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;
