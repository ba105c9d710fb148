-- Who was made one person with whom, whom somebody keeps apart, who may be one; and a right of its own for that: keys of staff that record customers get it.
-- Links lock for a moment, and no customer can be changed while constraints are made on tables that are empty; then those rows of api_keys.
CREATE TABLE "kept_apart" (
	"one_id" text collate "C" NOT NULL,
	"other_id" text collate "C" NOT NULL,
	"decided_at" timestamp (3) with time zone NOT NULL,
	"decided_by" text NOT NULL,
	CONSTRAINT "kept_apart_one_id_other_id_pk" PRIMARY KEY("one_id","other_id")
);
--> statement-breakpoint
CREATE TABLE "match_keys" (
	"customer_id" text collate "C" NOT NULL,
	"key" bigint NOT NULL,
	CONSTRAINT "match_keys_key_customer_id_pk" PRIMARY KEY("key","customer_id")
);
--> statement-breakpoint
CREATE TABLE "match_place" (
	"id" integer PRIMARY KEY NOT NULL,
	"cursor" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "match_weights" (
	"version" integer PRIMARY KEY NOT NULL,
	"person_count" integer NOT NULL,
	"weights" jsonb NOT NULL,
	"common_values" jsonb NOT NULL,
	"counted_persons" integer NOT NULL,
	"learned_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "merge_proposals" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"one_id" text collate "C" NOT NULL,
	"other_id" text collate "C" NOT NULL,
	"confidence" double precision NOT NULL,
	"evidence" jsonb NOT NULL,
	"is_contradicted" boolean NOT NULL,
	"state" text NOT NULL,
	"weights_version" integer NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone,
	"decided_by" text
);
--> statement-breakpoint
CREATE TABLE "merges" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"person_id" text collate "C" NOT NULL,
	"merged_id" text collate "C" NOT NULL,
	"reason" text NOT NULL,
	"confidence" double precision,
	"merged_at" timestamp (3) with time zone NOT NULL,
	"merged_by" text NOT NULL,
	"unmerged_at" timestamp (3) with time zone,
	"unmerged_by" text
);
--> statement-breakpoint
ALTER TABLE "person_links" ADD COLUMN "into_id" text collate "C";--> statement-breakpoint
ALTER TABLE "kept_apart" ADD CONSTRAINT "kept_apart_one_id_customers_id_fk" FOREIGN KEY ("one_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kept_apart" ADD CONSTRAINT "kept_apart_other_id_customers_id_fk" FOREIGN KEY ("other_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "merge_proposals" ADD CONSTRAINT "merge_proposals_one_id_customers_id_fk" FOREIGN KEY ("one_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "merge_proposals" ADD CONSTRAINT "merge_proposals_other_id_customers_id_fk" FOREIGN KEY ("other_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "merges" ADD CONSTRAINT "merges_person_id_customers_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "merges" ADD CONSTRAINT "merges_merged_id_customers_id_fk" FOREIGN KEY ("merged_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "kept_apart_other" ON "kept_apart" USING btree ("other_id");--> statement-breakpoint
CREATE INDEX "match_keys_customer" ON "match_keys" USING btree ("customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "merge_proposals_pair" ON "merge_proposals" USING btree ("one_id","other_id");--> statement-breakpoint
CREATE INDEX "merge_proposals_other" ON "merge_proposals" USING btree ("other_id");--> statement-breakpoint
CREATE INDEX "merge_proposals_newest" ON "merge_proposals" USING btree ("proposed_at","id");--> statement-breakpoint
CREATE INDEX "merge_proposals_open" ON "merge_proposals" USING btree ("proposed_at","id") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "merges_person" ON "merges" USING btree ("person_id","merged_at","id");--> statement-breakpoint
CREATE INDEX "merges_merged" ON "merges" USING btree ("merged_id");--> statement-breakpoint
CREATE UNIQUE INDEX "merges_standing" ON "merges" USING btree ("merged_id") WHERE unmerged_at is null;--> statement-breakpoint
ALTER TABLE "person_links" ADD CONSTRAINT "person_links_into_id_customers_id_fk" FOREIGN KEY ("into_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "person_links_into" ON "person_links" USING btree ("into_id") WHERE into_id is not null;--> statement-breakpoint
UPDATE "api_keys" SET "scopes" = array_append("scopes", 'customers:merge')
WHERE "role" IN ('admin', 'supervisor', 'agent') AND 'customers:write' = ANY("scopes") AND NOT 'customers:merge' = ANY("scopes");
