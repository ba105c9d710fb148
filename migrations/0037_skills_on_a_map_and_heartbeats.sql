-- A map of skills with owners and reviews, channels that agents switch off, agents who are heard of. Locks agents and agent_versions for a moment; skills that agents have come onto the map.
CREATE TABLE "agent_heartbeats" (
	"agent_id" text collate "C" PRIMARY KEY NOT NULL,
	"every_seconds" smallint NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "skill_versions" (
	"skill_id" text collate "C" NOT NULL,
	"version" integer NOT NULL,
	"act" text NOT NULL,
	"label" text,
	"description" text,
	"owner" text,
	"note" text,
	"at" timestamp (3) with time zone NOT NULL,
	"by" text NOT NULL,
	CONSTRAINT "skill_versions_skill_id_version_pk" PRIMARY KEY("skill_id","version")
);
--> statement-breakpoint
CREATE TABLE "skills" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"skill" text NOT NULL,
	"class" text NOT NULL,
	"label" text,
	"description" text,
	"owner" text,
	"version" integer NOT NULL,
	"reviewed_at" timestamp (3) with time zone,
	"review_due_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "skills_skill_unique" UNIQUE("skill")
);
--> statement-breakpoint
ALTER TABLE "agent_versions" ADD COLUMN "away_reason" text;--> statement-breakpoint
ALTER TABLE "agent_versions" ADD COLUMN "channels_off" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "away_reason" text;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "channels_off" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "agent_heartbeats" ADD CONSTRAINT "agent_heartbeats_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "skill_versions" ADD CONSTRAINT "skill_versions_skill_id_skills_id_fk" FOREIGN KEY ("skill_id") REFERENCES "public"."skills"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agent_heartbeats_due" ON "agent_heartbeats" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "skills_newest" ON "skills" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "skills_class" ON "skills" USING btree ("class","created_at","id");--> statement-breakpoint
CREATE INDEX "skills_review_due" ON "skills" USING btree ("review_due_at","id");--> statement-breakpoint
INSERT INTO "skills" ("id", "skill", "class", "version", "review_due_at", "created_at")
SELECT 'skl_' || substr(md5(skill), 1, 26), skill, split_part(skill, ':', 1), 1, now(), now()
FROM (SELECT DISTINCT skill FROM "agent_skills") AS had
WHERE split_part(skill, ':', 1) IN ('area', 'topic', 'language', 'authority', 'channel');--> statement-breakpoint
INSERT INTO "skill_versions" ("skill_id", "version", "act", "at", "by")
SELECT id, 1, 'recorded', created_at, 'system:migration' FROM "skills";
