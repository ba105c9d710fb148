-- Units and times at a counter that are held for somebody; which sources are expected to be heard of, how often, and who looks after them.
-- New tables, and columns without a value: each table that is in use is locked for a moment.
CREATE TABLE "hold_lines" (
	"hold_id" text collate "C" NOT NULL,
	"variant_id" text collate "C" NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "hold_lines_hold_id_variant_id_pk" PRIMARY KEY("hold_id","variant_id")
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"conversation_id" text collate "C",
	"location_id" text collate "C" NOT NULL,
	"slot_id" text collate "C",
	"state" text NOT NULL,
	"made_at" timestamp (3) with time zone NOT NULL,
	"made_by" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "pickup_slots" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"location_id" text collate "C" NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"capacity" integer NOT NULL,
	"taken" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "pickup_slots_within_capacity" CHECK (taken >= 0 and taken <= capacity and starts_at < ends_at)
);
--> statement-breakpoint
ALTER TABLE "sources" ADD COLUMN "expected_every_seconds" integer;--> statement-breakpoint
ALTER TABLE "sources" ADD COLUMN "owner" text;--> statement-breakpoint
ALTER TABLE "sources" ADD COLUMN "service_level" text;--> statement-breakpoint
ALTER TABLE "sources" ADD COLUMN "error_procedure" text;--> statement-breakpoint
ALTER TABLE "sources" ADD COLUMN "stale_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "status_source" text;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "status_source_kind" text;--> statement-breakpoint
ALTER TABLE "hold_lines" ADD CONSTRAINT "hold_lines_hold_id_holds_id_fk" FOREIGN KEY ("hold_id") REFERENCES "public"."holds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hold_lines" ADD CONSTRAINT "hold_lines_variant_id_variants_id_fk" FOREIGN KEY ("variant_id") REFERENCES "public"."variants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_slot_id_pickup_slots_id_fk" FOREIGN KEY ("slot_id") REFERENCES "public"."pickup_slots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pickup_slots" ADD CONSTRAINT "pickup_slots_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "holds_due" ON "holds" USING btree ("expires_at") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "holds_customer" ON "holds" USING btree ("customer_id","made_at","id");--> statement-breakpoint
CREATE INDEX "holds_conversation" ON "holds" USING btree ("conversation_id","made_at") WHERE conversation_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "pickup_slots_start" ON "pickup_slots" USING btree ("location_id","starts_at");--> statement-breakpoint
-- Who serves customers, and who records what is sold, may hold units for them.
UPDATE "api_keys" SET scopes = scopes || '{pickups:write}'
WHERE (role IN ('admin', 'supervisor', 'agent', 'bot') AND 'conversations:write' = ANY (scopes) OR role IN ('admin', 'integration') AND 'orders:write' = ANY (scopes))
  AND NOT 'pickups:write' = ANY (scopes);
