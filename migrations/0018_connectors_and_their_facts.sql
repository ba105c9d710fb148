-- Shops, carriers and tills tell facts by webhook: who they are, what they call things, and facts that wait for a name. New tables; the new column of tracking_events locks it for a moment (no rewrite).
CREATE TABLE "connectors" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"dialect" text NOT NULL,
	"name" text NOT NULL,
	"currency" text,
	"secret" "bytea" NOT NULL,
	"secret_prefix" text NOT NULL,
	"earlier_secret" "bytea",
	"earlier_secret_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "connectors_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "source_objects" (
	"source" text NOT NULL,
	"kind" text NOT NULL,
	"external_id" text NOT NULL,
	"name" text,
	"version" bigint,
	CONSTRAINT "source_objects_source_kind_external_id_pk" PRIMARY KEY("source","kind","external_id")
);
--> statement-breakpoint
CREATE TABLE "waiting_facts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "waiting_facts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	"source_event_id" text NOT NULL,
	"waits_for" text NOT NULL,
	"waits_for_id" text NOT NULL,
	"version" bigint,
	"body" jsonb NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tracking_events" ADD COLUMN "reason_code" text;--> statement-breakpoint
CREATE UNIQUE INDEX "waiting_facts_source_event" ON "waiting_facts" USING btree ("source","source_event_id");--> statement-breakpoint
CREATE INDEX "waiting_facts_name" ON "waiting_facts" USING btree ("waits_for","waits_for_id");