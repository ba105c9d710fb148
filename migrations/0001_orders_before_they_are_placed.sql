-- Facts and tracking events may come before what they belong to; stock keeps each change. Takes short exclusive locks; no table is rewritten on an empty or small database.
DROP INDEX "stock_versions_key";--> statement-breakpoint
DROP INDEX "order_facts_order";--> statement-breakpoint
ALTER TABLE "order_facts" ALTER COLUMN "order_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "tracking_events" ALTER COLUMN "shipment_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_versions" ADD COLUMN "id" bigint PRIMARY KEY NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "stock_versions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
ALTER TABLE "stock_versions" ADD COLUMN "recorded_at" timestamp (3) with time zone NOT NULL;--> statement-breakpoint
ALTER TABLE "order_facts" ADD COLUMN "order_number" text NOT NULL;--> statement-breakpoint
ALTER TABLE "tracking_events" ADD COLUMN "tracking_number" text;--> statement-breakpoint
ALTER TABLE "tracking_events" ADD COLUMN "estimated_delivery_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "stock_versions_level" ON "stock_versions" USING btree ("variant_id","location_id","valid_from","id");--> statement-breakpoint
CREATE UNIQUE INDEX "stock_versions_current" ON "stock_versions" USING btree ("variant_id","location_id") WHERE valid_to is null;--> statement-breakpoint
CREATE INDEX "order_facts_order_number" ON "order_facts" USING btree ("order_number");--> statement-breakpoint
CREATE INDEX "orders_status" ON "orders" USING btree ("status","placed_at","id");--> statement-breakpoint
CREATE INDEX "tracking_events_waiting" ON "tracking_events" USING btree ("tracking_number") WHERE shipment_id is null;--> statement-breakpoint
CREATE INDEX "order_facts_order" ON "order_facts" USING btree ("order_id");--> statement-breakpoint
ALTER TABLE "stock_levels" ADD CONSTRAINT "stock_levels_never_below_zero" CHECK (on_hand >= 0 and held >= 0);