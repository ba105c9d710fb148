-- What customers are told of their orders unasked, carriers that are asked, and samples of what was served. Locks order_facts, shipments and
-- tracking_events against writes while three indexes are built: two of them read the table once and write next to nothing, some seconds a million parcels.
CREATE TABLE "polled_parcels" (
	"connector_id" text collate "C" NOT NULL,
	"shipment_id" text collate "C" NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "polled_parcels_connector_id_shipment_id_pk" PRIMARY KEY("connector_id","shipment_id")
);
--> statement-breakpoint
CREATE TABLE "polls" (
	"connector_id" text collate "C" PRIMARY KEY NOT NULL,
	"url" text NOT NULL,
	"key" "bytea" NOT NULL,
	"carriers" text[] NOT NULL,
	"every_seconds" integer NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"asked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "accuracy_days" (
	"day" date NOT NULL,
	"touchpoint" text NOT NULL,
	"channel" text NOT NULL,
	"served" integer NOT NULL,
	"wrong" integer NOT NULL,
	CONSTRAINT "accuracy_days_day_touchpoint_channel_pk" PRIMARY KEY("day","touchpoint","channel")
);
--> statement-breakpoint
CREATE TABLE "served_statuses" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "served_statuses_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"served_at" timestamp (3) with time zone NOT NULL,
	"touchpoint" text NOT NULL,
	"channel" text NOT NULL,
	"order_id" text collate "C" NOT NULL,
	"status" text NOT NULL,
	"is_right" boolean
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"order_id" text collate "C" NOT NULL,
	"kind" text NOT NULL,
	"about" text NOT NULL,
	"expected_at" timestamp (3) with time zone,
	"state" text NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"raised_at" timestamp (3) with time zone,
	"settled_at" timestamp (3) with time zone,
	"reason" text,
	"message_id" text collate "C",
	CONSTRAINT "notices_once" UNIQUE NULLS NOT DISTINCT("order_id","kind","about","expected_at")
);
--> statement-breakpoint
ALTER TABLE "polled_parcels" ADD CONSTRAINT "polled_parcels_connector_id_polls_connector_id_fk" FOREIGN KEY ("connector_id") REFERENCES "public"."polls"("connector_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "polled_parcels" ADD CONSTRAINT "polled_parcels_shipment_id_shipments_id_fk" FOREIGN KEY ("shipment_id") REFERENCES "public"."shipments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "polls" ADD CONSTRAINT "polls_connector_id_connectors_id_fk" FOREIGN KEY ("connector_id") REFERENCES "public"."connectors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "polled_parcels_shipment" ON "polled_parcels" USING btree ("shipment_id");--> statement-breakpoint
CREATE INDEX "polls_due" ON "polls" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "served_statuses_unjudged" ON "served_statuses" USING btree ("served_at") WHERE is_right is null;--> statement-breakpoint
CREATE INDEX "served_statuses_served" ON "served_statuses" USING brin ("served_at");--> statement-breakpoint
CREATE INDEX "notices_due" ON "notices" USING btree ("due_at") WHERE state in ('planned', 'raised');--> statement-breakpoint
CREATE INDEX "notices_customer" ON "notices" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "order_facts_recorded" ON "order_facts" USING brin ("recorded_at");--> statement-breakpoint
CREATE INDEX "shipments_on_their_way" ON "shipments" USING btree ("created_at","id") WHERE status not in ('delivered', 'cancelled') and tracking_number is not null;--> statement-breakpoint
CREATE INDEX "tracking_events_recorded" ON "tracking_events" USING brin ("recorded_at");