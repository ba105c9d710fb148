-- What is due of one endpoint is found without a look at what waits for the others. Building the index keeps writers of deliveries waiting: seconds for a million that are pending.
DROP INDEX "webhook_deliveries_due";--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("endpoint_id","due_at") WHERE state = 'pending';