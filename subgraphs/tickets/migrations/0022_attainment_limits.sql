CREATE TABLE attainment_limits (
  place TINYINT NOT NULL,
  version INT NOT NULL,
  threshold_per_mille INT NOT NULL,
  rearm_per_mille INT NOT NULL,
  sample_min INT NOT NULL,
  PRIMARY KEY (place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

INSERT INTO attainment_limits (place, version, threshold_per_mille, rearm_per_mille, sample_min) VALUES (1, 1, 950, 955, 20);
