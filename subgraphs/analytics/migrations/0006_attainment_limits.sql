CREATE TABLE attainment_limits (
  version INT NOT NULL,
  threshold_per_mille INT NOT NULL,
  rearm_per_mille INT NOT NULL,
  sample_min INT NOT NULL,
  saved_by BINARY(16) NULL,
  saved_at DATETIME(3) NOT NULL,
  PRIMARY KEY (version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT INTO attainment_limits (version, threshold_per_mille, rearm_per_mille, sample_min, saved_by, saved_at) VALUES (1, 950, 955, 20, NULL, '2026-01-01 00:00:00.000');
