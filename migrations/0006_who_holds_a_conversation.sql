-- Teams, who holds a conversation, hand-overs, switches of channel, who looks on. New columns and tables under a short lock; the places of
-- replies are filled in and the unique index on endpoints is built anew while nobody writes to these two tables.
CREATE TABLE "channel_switches" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	"from_leg_id" text collate "C",
	"to_leg_id" text collate "C" NOT NULL,
	"reason" text NOT NULL,
	"guidance_message_id" text collate "C",
	"switched_at" timestamp (3) with time zone NOT NULL,
	"by_kind" text NOT NULL,
	"by_id" text collate "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "conversation_presences" (
	"conversation_id" text collate "C" NOT NULL,
	"party_kind" text NOT NULL,
	"party_id" text collate "C" NOT NULL,
	"state" text NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "conversation_presences_conversation_id_party_kind_party_id_pk" PRIMARY KEY("conversation_id","party_kind","party_id")
);
--> statement-breakpoint
CREATE TABLE "handoffs" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	"from_kind" text,
	"from_id" text collate "C",
	"to_kind" text NOT NULL,
	"to_id" text collate "C" NOT NULL,
	"summary" text NOT NULL,
	"handed_at" timestamp (3) with time zone NOT NULL,
	"by_kind" text NOT NULL,
	"by_id" text collate "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "team_members" (
	"team_id" text collate "C" NOT NULL,
	"agent_id" text collate "C" NOT NULL,
	CONSTRAINT "team_members_team_id_agent_id_pk" PRIMARY KEY("team_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"external_id" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "teams_external_id_unique" UNIQUE("external_id")
);
--> statement-breakpoint
DROP INDEX "endpoints_inbox_address";--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "control_kind" text;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "control_id" text collate "C";--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "control_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "endpoints" ADD COLUMN "is_public" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "legs" ADD COLUMN "turned_to_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
UPDATE "legs" SET "turned_to_at" = "last_message_at";--> statement-breakpoint
ALTER TABLE "channel_switches" ADD CONSTRAINT "channel_switches_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_presences" ADD CONSTRAINT "conversation_presences_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "handoffs" ADD CONSTRAINT "handoffs_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "channel_switches_conversation" ON "channel_switches" USING btree ("conversation_id","switched_at","id");--> statement-breakpoint
CREATE INDEX "conversation_presences_due" ON "conversation_presences" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "handoffs_conversation" ON "handoffs" USING btree ("conversation_id","handed_at","id");--> statement-breakpoint
CREATE INDEX "team_members_agent" ON "team_members" USING btree ("agent_id");--> statement-breakpoint
CREATE INDEX "teams_newest" ON "teams" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "conversations_control" ON "conversations" USING btree ("control_id","last_message_at","id") WHERE control_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "endpoints_inbox_address" ON "endpoints" USING btree ("inbox_id","address","customer_id","is_public");