-- A refresh token whose answer was lost may come again for a moment, until one of its successors is used: then everything
-- the sign-in had before is void, and whoever comes with it is a copy.
ALTER TABLE refresh_tokens
  ADD COLUMN voided_at DATETIME(3) NULL,
  DROP KEY refresh_tokens_sign_in,
  ADD KEY refresh_tokens_sign_in (sign_in_id, voided_at);

UPDATE refresh_tokens SET voided_at = used_at WHERE used_at IS NOT NULL;
