-- Timelines tell of handoffs, routing decisions and every resolution; customers are listed by market, language and channel. Rewrites the rows of handoffs and routing_decisions and reads customers for three indexes: writes to these wait meanwhile.
CREATE TABLE "conversation_reopenings" (
	"conversation_id" text collate "C" NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"resolved_at" timestamp (3) with time zone NOT NULL,
	"reopened_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "conversation_reopenings_conversation_id_reopened_at_pk" PRIMARY KEY("conversation_id","reopened_at")
);
--> statement-breakpoint
ALTER TABLE "handoffs" ADD COLUMN "customer_id" text collate "C";--> statement-breakpoint
UPDATE "handoffs" t SET "customer_id" = c."customer_id" FROM "conversations" c WHERE c."id" = t."conversation_id";--> statement-breakpoint
ALTER TABLE "handoffs" ALTER COLUMN "customer_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "routing_decisions" ADD COLUMN "customer_id" text collate "C";--> statement-breakpoint
UPDATE "routing_decisions" t SET "customer_id" = c."customer_id" FROM "conversations" c WHERE c."id" = t."conversation_id";--> statement-breakpoint
ALTER TABLE "routing_decisions" ALTER COLUMN "customer_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "conversation_reopenings" ADD CONSTRAINT "conversation_reopenings_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversation_reopenings_resolved" ON "conversation_reopenings" USING btree ("customer_id","resolved_at","conversation_id");--> statement-breakpoint
CREATE INDEX "conversation_reopenings_reopened" ON "conversation_reopenings" USING btree ("customer_id","reopened_at","conversation_id");--> statement-breakpoint
CREATE INDEX "handoffs_customer" ON "handoffs" USING btree ("customer_id","handed_at","id");--> statement-breakpoint
CREATE INDEX "routing_decisions_customer" ON "routing_decisions" USING btree ("customer_id","decided_at","id");--> statement-breakpoint
CREATE INDEX "customers_of_market" ON "customers" USING btree ("market","created_at","id");--> statement-breakpoint
CREATE INDEX "customers_of_language" ON "customers" USING btree ("language","created_at","id");--> statement-breakpoint
CREATE INDEX "customers_of_channel" ON "customers" USING btree ("preferred_channel","created_at","id") WHERE preferred_channel is not null;