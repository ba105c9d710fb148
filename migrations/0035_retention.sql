-- How long data is kept, whom nobody may remove; and the rights about erasure, export and retention for keys of administrators who may give themselves any right.
-- Locks those rows of api_keys for a moment.
CREATE TABLE "legal_holds" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"customer_id" text collate "C",
	"order_id" text collate "C",
	"reference" text NOT NULL,
	"placed_at" timestamp (3) with time zone NOT NULL,
	"placed_by" text NOT NULL,
	"released_at" timestamp (3) with time zone,
	"released_by" text
);
--> statement-breakpoint
CREATE TABLE "retention_rules" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"data_class" text NOT NULL,
	"market" text,
	"keep_days" integer NOT NULL,
	"time_zone" text NOT NULL,
	"set_at" timestamp (3) with time zone NOT NULL,
	"set_by" text NOT NULL,
	CONSTRAINT "retention_rules_place" UNIQUE NULLS NOT DISTINCT("data_class","market")
);
--> statement-breakpoint
CREATE INDEX "legal_holds_newest" ON "legal_holds" USING btree ("placed_at","id");--> statement-breakpoint
CREATE INDEX "legal_holds_in_force" ON "legal_holds" USING btree ("customer_id","order_id") WHERE released_at is null;--> statement-breakpoint
UPDATE "api_keys" SET "scopes" = "scopes" || ARRAY(
  SELECT r FROM unnest(ARRAY['exports:read', 'erasures:read', 'erasures:write', 'retention:read', 'retention:write']) AS r WHERE NOT r = ANY("scopes"))
WHERE "role" = 'admin' AND 'access:write' = ANY("scopes");
