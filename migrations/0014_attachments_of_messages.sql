-- Files of messages and notes: their rows. A new table and its indexes; a reference locks messages against writes for an instant.
CREATE TABLE "attachments" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"message_id" text collate "C",
	"conversation_id" text collate "C" NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"filename" text NOT NULL,
	"content_type" text NOT NULL,
	"claimed_type" text,
	"size_bytes" integer NOT NULL,
	"sha256" text,
	"state" text NOT NULL,
	"source_url" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attachments_message" ON "attachments" USING btree ("message_id","id") WHERE message_id is not null;--> statement-breakpoint
CREATE INDEX "attachments_unattached" ON "attachments" USING btree ("created_by","created_at") WHERE message_id is null;--> statement-breakpoint
CREATE INDEX "attachments_customer" ON "attachments" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "attachments_sha256" ON "attachments" USING btree ("sha256") WHERE sha256 is not null;