-- A walk over everybody who may be one goes on where it was stopped, and its finds are settled best first; proposals of each state are listed newest first. The table of proposals is locked for writing while its index is made, and the index that it replaces is dropped.
CREATE TABLE "match_candidates" (
	"one_id" text collate "C" NOT NULL,
	"other_id" text collate "C" NOT NULL,
	"confidence" double precision NOT NULL,
	CONSTRAINT "match_candidates_one_id_other_id_pk" PRIMARY KEY("one_id","other_id")
);
--> statement-breakpoint
CREATE TABLE "match_walk" (
	"id" integer PRIMARY KEY NOT NULL,
	"step" text NOT NULL,
	"place" text NOT NULL,
	"changed_since" timestamp (3) with time zone,
	"begun_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "merge_proposals_open";--> statement-breakpoint
CREATE INDEX "match_candidates_other" ON "match_candidates" USING btree ("other_id");--> statement-breakpoint
CREATE INDEX "match_candidates_best" ON "match_candidates" USING btree ("confidence","one_id","other_id");--> statement-breakpoint
CREATE INDEX "merge_proposals_of_state" ON "merge_proposals" USING btree ("state","proposed_at","id");