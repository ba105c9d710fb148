-- Live figures of channels need who waits for an answer, when conversations were answered first, and when each source was heard last. New tables, and a column without a default: no rewrite, locks for a moment.
CREATE TABLE "first_answers" (
	"conversation_id" text collate "C" PRIMARY KEY NOT NULL,
	"channel" text NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"answered_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sources" (
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"first_heard_at" timestamp (3) with time zone NOT NULL,
	"last_heard_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sources_kind_name_pk" PRIMARY KEY("kind","name")
);
--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "waiting_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "first_answers" ADD CONSTRAINT "first_answers_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "first_answers_newest" ON "first_answers" USING btree ("answered_at");