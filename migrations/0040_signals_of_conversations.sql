-- What bots and models say of a conversation, with its past: what routing read can be told afterwards. A new table, nothing waits.
CREATE TABLE "conversation_signals" (
	"conversation_id" text collate "C" NOT NULL,
	"name" text NOT NULL,
	"source" text NOT NULL,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_to" timestamp (3) with time zone,
	"value" jsonb NOT NULL,
	CONSTRAINT "conversation_signals_conversation_id_name_source_valid_from_pk" PRIMARY KEY("conversation_id","name","source","valid_from")
);
--> statement-breakpoint
ALTER TABLE "conversation_signals" ADD CONSTRAINT "conversation_signals_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversation_signals_now" ON "conversation_signals" USING btree ("conversation_id") WHERE valid_to is null;