-- Says of every message that we send what became of it. The new columns take a moment's lock on inboxes and messages; the index on messages
-- (empty until the first fallback) reads the table once under a lock against writing.
CREATE TABLE "deliveries" (
	"message_id" text collate "C" PRIMARY KEY NOT NULL,
	"inbox_id" text collate "C" NOT NULL,
	"channel" text NOT NULL,
	"endpoint_id" text collate "C" NOT NULL,
	"state" text NOT NULL,
	"attempt_count" smallint DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"provider_id" text,
	"failure" text,
	"failure_text" text,
	"queued_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	"read_at" timestamp (3) with time zone,
	"failed_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "sending_stopped_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "delivery_state" text;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "fallback_of_id" text collate "C";--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deliveries_provider_id" ON "deliveries" USING btree ("inbox_id","provider_id") WHERE provider_id is not null;--> statement-breakpoint
CREATE INDEX "deliveries_waiting" ON "deliveries" USING btree ("next_attempt_at") WHERE state = 'queued' and next_attempt_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "messages_fallback_of" ON "messages" USING btree ("fallback_of_id") WHERE fallback_of_id is not null;