-- Who takes part in a conversation beside the party in control. A new table, nothing is locked.
CREATE TABLE "conversation_participants" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	"party_id" text collate "C" NOT NULL,
	"mode" text NOT NULL,
	"state" text NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"joined_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"by_kind" text NOT NULL,
	"by_id" text collate "C" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "conversation_participants" ADD CONSTRAINT "conversation_participants_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "conversation_participants_open" ON "conversation_participants" USING btree ("conversation_id","party_id") WHERE state in ('asked', 'joined');--> statement-breakpoint
CREATE INDEX "conversation_participants_party" ON "conversation_participants" USING btree ("party_id") WHERE state in ('asked', 'joined');--> statement-breakpoint
CREATE INDEX "conversation_participants_conversation" ON "conversation_participants" USING btree ("conversation_id","asked_at","id");