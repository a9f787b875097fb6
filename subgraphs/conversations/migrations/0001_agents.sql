CREATE TABLE organisation (
  id TINYINT UNSIGNED NOT NULL,
  name VARCHAR(100) NOT NULL,
  time_zone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  set_up_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE agents (
  id BINARY(16) NOT NULL,
  display_name VARCHAR(60) NOT NULL,
  public_name VARCHAR(60) NULL,
  name_keys VARCHAR(400) NOT NULL,
  avatar_url VARCHAR(400) NULL,
  email_bidx BINARY(32) NOT NULL,
  email_enc VARBINARY(512) NOT NULL,
  password_hash VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NULL,
  is_enabled TINYINT(1) NOT NULL,
  skills JSON NOT NULL,
  capacity SMALLINT UNSIGNED NOT NULL,
  version INT UNSIGNED NOT NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY agents_email (email_bidx),
  KEY agents_name (display_name, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE teams (
  id BINARY(16) NOT NULL,
  name VARCHAR(60) NOT NULL,
  team_key VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  capacity INT UNSIGNED NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY teams_key (team_key),
  KEY teams_name (name, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE agent_teams (
  agent_id BINARY(16) NOT NULL,
  team_id BINARY(16) NOT NULL,
  PRIMARY KEY (agent_id, team_id),
  KEY agent_teams_team (team_id, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE roles (
  id BINARY(16) NOT NULL,
  role_key VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  name VARCHAR(60) NOT NULL,
  grants JSON NOT NULL,
  clear_masks JSON NOT NULL,
  is_custom TINYINT(1) NOT NULL,
  place SMALLINT UNSIGNED NOT NULL,
  version INT UNSIGNED NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY roles_key (role_key),
  KEY roles_place (is_custom, place, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE agent_roles (
  agent_id BINARY(16) NOT NULL,
  role_id BINARY(16) NOT NULL,
  PRIMARY KEY (agent_id, role_id),
  KEY agent_roles_role (role_id, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE sign_ins (
  id BINARY(16) NOT NULL,
  agent_id BINARY(16) NOT NULL,
  device VARCHAR(120) NOT NULL,
  address_enc VARBINARY(200) NOT NULL,
  started_at DATETIME(3) NOT NULL,
  last_used_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  ended_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  KEY sign_ins_agent (agent_id, ended_at, id),
  KEY sign_ins_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE refresh_tokens (
  token_hash BINARY(32) NOT NULL,
  sign_in_id BINARY(16) NOT NULL,
  issued_at DATETIME(3) NOT NULL,
  used_at DATETIME(3) NULL,
  PRIMARY KEY (token_hash),
  KEY refresh_tokens_sign_in (sign_in_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE password_links (
  token_hash BINARY(32) NOT NULL,
  agent_id BINARY(16) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  used_at DATETIME(3) NULL,
  PRIMARY KEY (token_hash),
  KEY password_links_agent (agent_id),
  KEY password_links_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE sign_in_attempts (
  subject_hash BINARY(32) NOT NULL,
  wrong_count INT UNSIGNED NOT NULL,
  window_ends_at DATETIME(3) NOT NULL,
  PRIMARY KEY (subject_hash),
  KEY sign_in_attempts_window (window_ends_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE access_tokens (
  id BINARY(16) NOT NULL,
  agent_id BINARY(16) NOT NULL,
  name VARCHAR(60) NOT NULL,
  prefix VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  token_hash BINARY(32) NOT NULL,
  grants JSON NOT NULL,
  issued_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  last_used_at DATETIME(3) NULL,
  revoked_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY access_tokens_hash (token_hash),
  KEY access_tokens_agent (agent_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE agent_settings (
  agent_id BINARY(16) NOT NULL,
  settings JSON NOT NULL,
  PRIMARY KEY (agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE agent_presence (
  agent_id BINARY(16) NOT NULL,
  presence VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  chosen VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  since DATETIME(3) NOT NULL,
  lease_until DATETIME(3) NOT NULL,
  PRIMARY KEY (agent_id),
  KEY agent_presence_lease (presence, lease_until)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
