-- Tasks are listed by state, queue, inbox, agent and customer. The table is locked for writing while its indexes are made.
DROP INDEX "routing_tasks_customer";--> statement-breakpoint
ALTER TABLE "routing_tasks" ADD COLUMN "inbox_id" text collate "C";--> statement-breakpoint
ALTER TABLE "routing_tasks" ADD COLUMN "queue" text;--> statement-breakpoint
UPDATE "routing_tasks" t SET "inbox_id" = c."inbox_id" FROM "conversations" c WHERE c."id" = t."conversation_id";--> statement-breakpoint
CREATE INDEX "routing_tasks_newest" ON "routing_tasks" USING btree ("waiting_since","id");--> statement-breakpoint
CREATE INDEX "routing_tasks_state" ON "routing_tasks" USING btree ("state","waiting_since","id");--> statement-breakpoint
CREATE INDEX "routing_tasks_of_agent" ON "routing_tasks" USING btree ("agent_id","waiting_since","id");--> statement-breakpoint
CREATE INDEX "routing_tasks_inbox" ON "routing_tasks" USING btree ("inbox_id","waiting_since","id");--> statement-breakpoint
CREATE INDEX "routing_tasks_queue" ON "routing_tasks" USING btree ("queue","waiting_since","id");--> statement-breakpoint
CREATE INDEX "routing_tasks_customer" ON "routing_tasks" USING btree ("customer_id","waiting_since","id");