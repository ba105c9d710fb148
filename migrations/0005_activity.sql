-- Activity, baskets and visitor sessions: touches without a message, and the browsers that make them. New tables only, locks nothing.
CREATE TABLE "activities" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"kind" text NOT NULL,
	"channel" text,
	"location_id" text collate "C",
	"sku" text,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"source" text NOT NULL,
	"external_id" text,
	"details" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "baskets" (
	"customer_id" text collate "C" PRIMARY KEY NOT NULL,
	"activity_id" text collate "C" NOT NULL,
	"lines" jsonb NOT NULL,
	"currency" text,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"source" text NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "packet_watches" (
	"customer_id" text collate "C" NOT NULL,
	"process_id" text NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "packet_watches_customer_id_process_id_pk" PRIMARY KEY("customer_id","process_id")
);
--> statement-breakpoint
CREATE TABLE "visitor_sessions" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"visitor_id" text,
	"inbox_id" text collate "C",
	"origin" text,
	"started_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "activities_source_external_id" ON "activities" USING btree ("source","external_id") WHERE external_id is not null;--> statement-breakpoint
CREATE INDEX "activities_customer" ON "activities" USING btree ("customer_id","occurred_at","id");--> statement-breakpoint
CREATE INDEX "activities_browsing" ON "activities" USING btree ("customer_id","occurred_at","id") WHERE kind in ('visit', 'search', 'product_view');--> statement-breakpoint
CREATE INDEX "activities_opinions" ON "activities" USING btree ("customer_id","occurred_at","id") WHERE kind in ('review', 'survey_answer');--> statement-breakpoint
CREATE INDEX "visitor_sessions_customer" ON "visitor_sessions" USING btree ("customer_id");