-- Stores of partners, and where to find the work of a store. A new table; the index holds up writes of fulfilment orders while it is built, a second for a million.
CREATE TABLE "partner_locations" (
	"partner_id" text collate "C" NOT NULL,
	"location_id" text collate "C" NOT NULL,
	CONSTRAINT "partner_locations_partner_id_location_id_pk" PRIMARY KEY("partner_id","location_id")
);
--> statement-breakpoint
ALTER TABLE "partner_locations" ADD CONSTRAINT "partner_locations_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "partner_locations" ADD CONSTRAINT "partner_locations_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "partner_locations_location" ON "partner_locations" USING btree ("location_id");--> statement-breakpoint
CREATE INDEX "fulfilment_orders_place" ON "fulfilment_orders" USING btree ("location_external_id");