-- Conversations that were open when promises began are taken in with their past. Null: followed. A number: its past is still to be read, and so many events were heard meanwhile.
ALTER TABLE promised_conversations
  ADD COLUMN heard_meanwhile INT NULL,
  ADD COLUMN taken_seq INT NOT NULL DEFAULT 0,
  ADD KEY promised_conversations_taking (heard_meanwhile);
