-- One row is one piece of work over many tickets that somebody asked for. Written by the verb that asks, worked off by the worker,
-- deleted with its items a week after its end. What was asked, and as whom, is sealed: it may hold what a person wrote.
CREATE TABLE ticket_jobs (
  id BINARY(16) NOT NULL,
  kind VARCHAR(9) CHARACTER SET ascii NOT NULL,
  state VARCHAR(9) CHARACTER SET ascii NOT NULL,
  is_undoing TINYINT NOT NULL DEFAULT 0,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sealed_ask MEDIUMBLOB NOT NULL,
  total_count INT NOT NULL,
  done_count INT NOT NULL DEFAULT 0,
  failed_count INT NOT NULL DEFAULT 0,
  seq INT NOT NULL DEFAULT 1,
  created_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  undoable_until DATETIME(3) NULL,
  PRIMARY KEY (id),
  KEY ticket_jobs_open (state, id),
  KEY ticket_jobs_owner (owner_id, state),
  KEY ticket_jobs_finished (finished_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is one ticket of a job and what came of it. It moves on in the transaction that changes the ticket: WAITING becomes DONE
-- or FAILED once, DONE becomes UNDONE or KEPT once, whoever works and whenever the work was cut off.
CREATE TABLE ticket_job_items (
  job_id BINARY(16) NOT NULL,
  place INT NOT NULL,
  ticket_id BINARY(16) NULL,
  state VARCHAR(7) CHARACTER SET ascii NOT NULL,
  problem JSON NULL,
  trace JSON NULL,
  PRIMARY KEY (job_id, place),
  KEY ticket_job_items_state (job_id, state, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row is one stretch of the file that an export writes, sealed; together they are the file. after_at and after_id say up to
-- which ticket it goes, so that the next stretch begins there.
CREATE TABLE ticket_job_parts (
  job_id BINARY(16) NOT NULL,
  place INT NOT NULL,
  sealed_text MEDIUMBLOB NOT NULL,
  ticket_count INT NOT NULL,
  after_at DATETIME(3) NULL,
  after_id BINARY(16) NULL,
  PRIMARY KEY (job_id, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
