-- Where waiting conversations stand in the queue, as it was told last. New tables, nothing is locked.
CREATE TABLE "queue_feedback" (
	"conversation_id" text collate "C" PRIMARY KEY NOT NULL,
	"position" integer NOT NULL,
	"wait_seconds" integer,
	"told_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "queue_feedback_place" (
	"id" integer PRIMARY KEY NOT NULL,
	"estimated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "queue_feedback" ADD CONSTRAINT "queue_feedback_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;