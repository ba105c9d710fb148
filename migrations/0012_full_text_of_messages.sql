-- What a mail quotes is kept beside its reply. Adds a column without a value: an instant lock on messages, no rewrite.
ALTER TABLE "messages" ADD COLUMN "full_text" text;