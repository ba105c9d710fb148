-- Saved filters over persons, and who belongs to each. New tables only: locks nothing but customers for a moment, for the reference to it.
CREATE TABLE "segment_members" (
	"segment_id" text collate "C" NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"entered_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "segment_members_customer_id_segment_id_pk" PRIMARY KEY("customer_id","segment_id")
);
--> statement-breakpoint
CREATE TABLE "segment_place" (
	"id" integer PRIMARY KEY NOT NULL,
	"cursor" text
);
--> statement-breakpoint
CREATE TABLE "segments" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"filter" jsonb NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"examined_up_to" text collate "C",
	"examined" integer DEFAULT 0 NOT NULL,
	"to_examine" integer,
	"is_deleted" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
ALTER TABLE "segment_members" ADD CONSTRAINT "segment_members_segment_id_segments_id_fk" FOREIGN KEY ("segment_id") REFERENCES "public"."segments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segment_members" ADD CONSTRAINT "segment_members_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "segment_members_newest" ON "segment_members" USING btree ("segment_id","entered_at","customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "segments_name" ON "segments" USING btree (lower(name)) WHERE not is_deleted;--> statement-breakpoint
CREATE INDEX "segments_newest" ON "segments" USING btree ("created_at","id");