-- Clocks of stock levels, what a notice said, and the notice of a message. The columns lock for a moment; the index holds up writes of notices while it is built, a second for a million.
ALTER TABLE "served_statuses" ADD COLUMN "about" text;--> statement-breakpoint
ALTER TABLE "stock_levels" ADD COLUMN "received_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "stock_levels" ADD COLUMN "recorded_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "notices_message" ON "notices" USING btree ("message_id") WHERE message_id is not null;