-- Routing policies as versioned data, and since when which one holds for whom. Keys of admins may write them, those of supervisors read them. New tables; locks api_keys for a moment.
CREATE TABLE "routing_policies" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"name" text NOT NULL,
	"document" text NOT NULL,
	"note" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "routing_policies_version_unique" UNIQUE("version")
);
--> statement-breakpoint
CREATE TABLE "routing_policy_activations" (
	"number" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "routing_policy_activations_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"version" integer NOT NULL,
	"begins_at" timestamp (3) with time zone NOT NULL,
	"segment" jsonb,
	"control_percent" smallint,
	"is_roll_back" boolean DEFAULT false NOT NULL,
	"note" text,
	"made_at" timestamp (3) with time zone NOT NULL,
	"made_by" text NOT NULL,
	"cancelled_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE INDEX "routing_policies_newest" ON "routing_policies" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "routing_policy_activations_begun" ON "routing_policy_activations" USING btree ("begins_at","number");--> statement-breakpoint
CREATE INDEX "routing_policy_activations_version" ON "routing_policy_activations" USING btree ("version","number");--> statement-breakpoint
UPDATE "api_keys" SET "scopes" = "scopes" || ARRAY(
  SELECT r FROM unnest(ARRAY['policies:read', 'policies:write']) AS r WHERE NOT r = ANY("scopes"))
WHERE "role" = 'admin' AND 'access:write' = ANY("scopes");--> statement-breakpoint
UPDATE "api_keys" SET "scopes" = array_append("scopes", 'policies:read')
WHERE "role" = 'supervisor' AND 'routing:read' = ANY("scopes") AND NOT 'policies:read' = ANY("scopes");
