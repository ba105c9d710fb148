-- Stock by the names of its quantities, and what each change was made of; where postal codes are; what products have in common and how long locations
-- take. Columns with constant values lock their tables for a moment; the check reads stock_levels once under that lock, a second or so a million levels;
-- the indexes block writers of locations and products while they are built.
CREATE TABLE "places" (
	"country" text NOT NULL,
	"postal_code" text NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"latitude" double precision NOT NULL,
	"longitude" double precision NOT NULL,
	CONSTRAINT "places_country_postal_code_pk" PRIMARY KEY("country","postal_code")
);
--> statement-breakpoint
ALTER TABLE "stock_levels" ALTER COLUMN "on_hand" SET DEFAULT 0;--> statement-breakpoint
ALTER TABLE "locations" ADD COLUMN "pickup_minutes" integer;--> statement-breakpoint
ALTER TABLE "locations" ADD COLUMN "delivery_hours" integer;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "bundle" text;--> statement-breakpoint
ALTER TABLE "stock_levels" ADD COLUMN "committed" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_levels" ADD COLUMN "incoming" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_levels" ADD COLUMN "safety" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_levels" ADD COLUMN "damaged" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_levels" ADD COLUMN "incoming_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "stock_versions" ADD COLUMN "committed" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_versions" ADD COLUMN "incoming" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_versions" ADD COLUMN "safety" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_versions" ADD COLUMN "damaged" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_versions" ADD COLUMN "changes" jsonb;--> statement-breakpoint
CREATE INDEX "places_postal_code" ON "places" USING btree ("postal_code","country");--> statement-breakpoint
CREATE INDEX "places_name" ON "places" USING btree ("name_key","country","postal_code");--> statement-breakpoint
CREATE INDEX "locations_place" ON "locations" USING gist (point(longitude, latitude));--> statement-breakpoint
CREATE INDEX "products_category" ON "products" USING btree ("category") WHERE category is not null;--> statement-breakpoint
CREATE INDEX "products_bundle" ON "products" USING btree ("bundle") WHERE bundle is not null;--> statement-breakpoint
ALTER TABLE "stock_levels" ADD CONSTRAINT "stock_levels_names_never_below_zero" CHECK (least(committed, incoming, safety, damaged) >= 0);