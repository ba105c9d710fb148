-- Three axes of an order beside what readers see of it; facts that cannot be true in a table of their own; work planned at a place between an
-- order and its parcels; how a return went. Adding columns locks each table for a moment; filling them rewrites orders, order_versions and
-- returns in one statement each, which blocks writers of their rows meanwhile.
CREATE TABLE "fulfilment_orders" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"order_id" text collate "C" NOT NULL,
	"external_id" text NOT NULL,
	"location_external_id" text,
	"method" text NOT NULL,
	"status" text NOT NULL,
	"status_occurred_at" timestamp (3) with time zone NOT NULL,
	"fulfil_by" timestamp (3) with time zone,
	"lines" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "quarantined_facts" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"source_event_id" text NOT NULL,
	"version" bigint,
	"kind" text NOT NULL,
	"reason" text NOT NULL,
	"order_number" text,
	"body" jsonb NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"decided_at" timestamp (3) with time zone,
	"decided_by" text,
	"note" text
);
--> statement-breakpoint
ALTER TABLE "order_versions" ADD COLUMN "fulfilment_status" text DEFAULT 'unfulfilled' NOT NULL;--> statement-breakpoint
ALTER TABLE "order_versions" ADD COLUMN "return_status" text DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "status_reason_code" text;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "status_raw" text;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "fulfilment_status" text DEFAULT 'unfulfilled' NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "return_status" text DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "items_changed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "state" text DEFAULT 'done' NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "expected_by" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "return_lines" ADD COLUMN "received_quantity" integer;--> statement-breakpoint
ALTER TABLE "return_lines" ADD COLUMN "exchange_sku" text;--> statement-breakpoint
ALTER TABLE "returns" ADD COLUMN "outcome" text DEFAULT 'refund' NOT NULL;--> statement-breakpoint
ALTER TABLE "returns" ADD COLUMN "steps" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "returns" ADD COLUMN "refund_method" text;--> statement-breakpoint
ALTER TABLE "returns" ADD COLUMN "refund_expected_by" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "returns" ADD COLUMN "told_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "shipments" ADD COLUMN "fulfilment_order_external_id" text;--> statement-breakpoint
ALTER TABLE "fulfilment_orders" ADD CONSTRAINT "fulfilment_orders_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "fulfilment_orders_external" ON "fulfilment_orders" USING btree ("order_id","external_id");--> statement-breakpoint
CREATE UNIQUE INDEX "quarantined_facts_source_event" ON "quarantined_facts" USING btree ("source","source_event_id");--> statement-breakpoint
CREATE INDEX "quarantined_facts_newest" ON "quarantined_facts" USING btree ("recorded_at","id");--> statement-breakpoint
CREATE INDEX "quarantined_facts_held" ON "quarantined_facts" USING btree ("recorded_at","id") WHERE state = 'held';--> statement-breakpoint
CREATE INDEX "quarantined_facts_order" ON "quarantined_facts" USING btree ("order_number");--> statement-breakpoint
-- Processes of the release before go on while this is put in place, and write no axes. Whoever writes axes that do not say what readers see gets
-- those that do; a process of this release never does. To be dropped when none of the others runs any more.
CREATE FUNCTION "order_axes_follow_status"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.status IS DISTINCT FROM (CASE
    WHEN NEW.fulfilment_status = 'cancelled' THEN 'cancelled'
    WHEN NEW.return_status = 'started' THEN 'return_started'
    WHEN NEW.return_status = 'returned' THEN 'returned'
    WHEN NEW.fulfilment_status = 'unfulfilled' THEN 'pending'
    WHEN NEW.fulfilment_status = 'in_progress' THEN 'processed'
    WHEN NEW.fulfilment_status = 'partially_delivered' THEN 'in_transit'
    ELSE NEW.fulfilment_status
  END) THEN
    NEW.fulfilment_status := CASE NEW.status WHEN 'pending' THEN 'unfulfilled' WHEN 'processed' THEN 'in_progress'
      WHEN 'return_started' THEN 'delivered' WHEN 'returned' THEN 'delivered' ELSE NEW.status END;
    NEW.return_status := CASE NEW.status WHEN 'return_started' THEN 'started' WHEN 'returned' THEN 'returned' ELSE 'none' END;
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER "orders_axes_follow_status" BEFORE INSERT OR UPDATE ON "orders"
  FOR EACH ROW EXECUTE FUNCTION "order_axes_follow_status"();--> statement-breakpoint
CREATE TRIGGER "order_versions_axes_follow_status" BEFORE INSERT OR UPDATE ON "order_versions"
  FOR EACH ROW EXECUTE FUNCTION "order_axes_follow_status"();--> statement-breakpoint
-- What readers saw tells the axes of what is there well enough; the next fact of an order derives them anew.
UPDATE "orders" SET "status" = "status" WHERE "status" <> 'pending';--> statement-breakpoint
UPDATE "order_versions" SET "status" = "status" WHERE "status" <> 'pending';--> statement-breakpoint
UPDATE "returns" SET "told_at" = "updated_at";--> statement-breakpoint
-- Facts that waited for a person.
INSERT INTO "quarantined_facts" (id, source, source_event_id, version, kind, reason, order_number, body, occurred_at, received_at, recorded_at, state)
SELECT 'qfa_' || substr(md5(id::text || source) || md5(source_event_id), 1, 26), source, source_event_id, version,
  coalesce(body -> 'fact' ->> 'kind', body ->> 'type'), CASE waits_for_id WHEN 'CURRENCY_MISMATCH' THEN 'currency_changed' ELSE 'insufficient_stock' END,
  coalesce((SELECT o.name FROM source_objects o WHERE o.source = w.source AND o.kind = 'order' AND o.external_id = w.body -> 'order' ->> 'externalId'),
    body -> 'order' ->> 'number'),
  body, occurred_at, received_at, received_at, 'held'
FROM "waiting_facts" w WHERE waits_for = 'review';--> statement-breakpoint
DELETE FROM "waiting_facts" w WHERE waits_for = 'review';--> statement-breakpoint
-- Keys of those who record facts, and of those who oversee, may look into the quarantine; only people decide there.
UPDATE "api_keys" SET scopes = scopes || '{quarantine:read}'
WHERE role IN ('admin', 'supervisor', 'integration') AND 'orders:read' = ANY (scopes) AND NOT 'quarantine:read' = ANY (scopes);--> statement-breakpoint
UPDATE "api_keys" SET scopes = scopes || '{quarantine:write}'
WHERE role IN ('admin', 'supervisor') AND 'orders:read' = ANY (scopes) AND NOT 'quarantine:write' = ANY (scopes);--> statement-breakpoint
-- Staff may change orders for customers.
UPDATE "api_keys" SET scopes = scopes || '{orders:change}'
WHERE role IN ('admin', 'supervisor', 'agent') AND 'conversations:write' = ANY (scopes) AND 'orders:read' = ANY (scopes)
  AND NOT 'orders:change' = ANY (scopes);
