-- Control of conversations that is offered until it is accepted, declined, taken back or its time is over. A new table, nothing waits.
CREATE TABLE "control_offers" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"from_kind" text,
	"from_id" text collate "C",
	"to_kind" text NOT NULL,
	"to_id" text collate "C" NOT NULL,
	"summary" text NOT NULL,
	"state" text NOT NULL,
	"offered_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"by_kind" text NOT NULL,
	"by_id" text collate "C" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "control_offers" ADD CONSTRAINT "control_offers_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "control_offers_open" ON "control_offers" USING btree ("conversation_id") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "control_offers_to" ON "control_offers" USING btree ("to_id","offered_at","id") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "control_offers_due" ON "control_offers" USING btree ("expires_at") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "control_offers_conversation" ON "control_offers" USING btree ("conversation_id");--> statement-breakpoint
CREATE INDEX "control_offers_customer" ON "control_offers" USING btree ("customer_id");