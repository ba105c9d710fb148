-- What a conversation is about, how it ended, until when it sleeps, what it was merged into; and the orders it speaks of.
-- Locks conversations while small partial indexes are built and a reference is checked; no table is rewritten.
CREATE TABLE "conversation_orders" (
	"conversation_id" text collate "C" NOT NULL,
	"order_id" text collate "C" NOT NULL,
	"linked_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "conversation_orders_conversation_id_order_id_pk" PRIMARY KEY("conversation_id","order_id")
);
--> statement-breakpoint
DROP INDEX "conversations_open";--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "issue_type" text;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "priority" text DEFAULT 'normal' NOT NULL;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "tags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "actions_taken" text;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "resolution" text;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "outcome" text;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "snoozed_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "merged_into_id" text collate "C";--> statement-breakpoint
ALTER TABLE "conversation_orders" ADD CONSTRAINT "conversation_orders_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_orders" ADD CONSTRAINT "conversation_orders_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversation_orders_order" ON "conversation_orders" USING btree ("order_id");--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_merged_into_id_conversations_id_fk" FOREIGN KEY ("merged_into_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversations_unresolved" ON "conversations" USING btree ("customer_id") WHERE status <> 'resolved';--> statement-breakpoint
CREATE INDEX "conversations_unresolved_newest" ON "conversations" USING btree ("last_message_at","id") WHERE status <> 'resolved';--> statement-breakpoint
CREATE INDEX "conversations_snoozed" ON "conversations" USING btree ("snoozed_until") WHERE status = 'snoozed';--> statement-breakpoint
CREATE INDEX "conversations_merged" ON "conversations" USING btree ("merged_into_id") WHERE merged_into_id is not null;--> statement-breakpoint
CREATE INDEX "conversations_issue_type" ON "conversations" USING btree ("issue_type","last_message_at","id") WHERE issue_type is not null;--> statement-breakpoint
CREATE INDEX "conversations_priority" ON "conversations" USING btree ("priority","last_message_at","id") WHERE priority <> 'normal';--> statement-breakpoint
CREATE INDEX "conversations_tags" ON "conversations" USING gin ("tags") WHERE tags <> '{}';