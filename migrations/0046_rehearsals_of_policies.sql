-- Routing policies run over the past or a drawn day, and what became of each contact. New tables, nothing is locked.
CREATE TABLE "routing_rehearsals" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"version" integer,
	"document" text NOT NULL,
	"active_version" integer NOT NULL,
	"history_days" smallint,
	"seed" integer,
	"progress_percent" smallint DEFAULT 0 NOT NULL,
	"report" jsonb,
	"made_at" timestamp (3) with time zone NOT NULL,
	"made_by" text NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "routing_rehearsed_contacts" (
	"rehearsal_id" text collate "C" NOT NULL,
	"number" integer NOT NULL,
	"contact" text collate "C" NOT NULL,
	"active" jsonb,
	"rehearsed" jsonb,
	"is_different" boolean NOT NULL,
	CONSTRAINT "routing_rehearsed_contacts_rehearsal_id_number_pk" PRIMARY KEY("rehearsal_id","number")
);
--> statement-breakpoint
ALTER TABLE "routing_rehearsed_contacts" ADD CONSTRAINT "routing_rehearsed_contacts_rehearsal_id_routing_rehearsals_id_fk" FOREIGN KEY ("rehearsal_id") REFERENCES "public"."routing_rehearsals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "routing_rehearsals_open" ON "routing_rehearsals" USING btree ("made_at") WHERE state in ('waiting', 'running');--> statement-breakpoint
CREATE INDEX "routing_rehearsals_newest" ON "routing_rehearsals" USING btree ("made_at","id");--> statement-breakpoint
CREATE INDEX "routing_rehearsed_contacts_different" ON "routing_rehearsed_contacts" USING btree ("rehearsal_id","number") WHERE is_different;