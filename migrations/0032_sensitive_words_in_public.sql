-- What a customer wrote in public and nobody should read there. Locks conversations for a moment.
ALTER TABLE "conversations" ADD COLUMN "sensitive_kinds" text[];