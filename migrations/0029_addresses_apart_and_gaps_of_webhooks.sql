-- Times in which a webhook endpoint could be told nothing, and holds by their store: holds cannot be written while the index is built, a second for a million.
-- Addresses and holds ask rights of their own from now on: keys that could read them so far go on. Locks those rows of api_keys for a moment.
ALTER TABLE "webhook_endpoints" ADD COLUMN "gap_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD COLUMN "gap_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD COLUMN "gap_reason" text;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD COLUMN "gap_cursor" text;--> statement-breakpoint
CREATE INDEX "holds_location" ON "holds" USING btree ("location_id","made_at","id");--> statement-breakpoint
UPDATE "api_keys" SET "scopes" = array_append("scopes", 'addresses:read')
WHERE "role" <> 'partner' AND 'payments:read' = ANY("scopes") AND NOT 'addresses:read' = ANY("scopes");--> statement-breakpoint
UPDATE "api_keys" SET "scopes" = array_append("scopes", 'pickups:read')
WHERE "role" <> 'partner' AND 'customers:read' = ANY("scopes") AND NOT 'pickups:read' = ANY("scopes");
