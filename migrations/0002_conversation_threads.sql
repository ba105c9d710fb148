-- Threads of channels that know them, an index of what is open, endpoints told apart by customer too.
-- Locks conversations and endpoints while two small indexes are built.
DROP INDEX "endpoints_inbox_address";--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "thread_key" text;--> statement-breakpoint
CREATE INDEX "conversations_open" ON "conversations" USING btree ("customer_id") WHERE status = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "endpoints_inbox_address" ON "endpoints" USING btree ("inbox_id","address","customer_id");
