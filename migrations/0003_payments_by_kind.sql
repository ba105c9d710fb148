-- A payment and its refund may share the source's id. Rebuilds one index under a short lock.
DROP INDEX "payments_external";--> statement-breakpoint
CREATE UNIQUE INDEX "payments_external" ON "payments" USING btree ("order_id","kind","external_id");