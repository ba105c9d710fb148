-- Whether a bot or a person came first, with the reason. Locks nothing that is in use but, for milliseconds, writers of keys: the index finds out whether there is a bot.
CREATE TABLE "receptions" (
	"conversation_id" text collate "C" NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"decided_at" timestamp (3) with time zone NOT NULL,
	"receiver" text NOT NULL,
	"rule" text NOT NULL,
	"policy_version" integer NOT NULL,
	"signals" jsonb NOT NULL,
	CONSTRAINT "receptions_conversation_id_decided_at_pk" PRIMARY KEY("conversation_id","decided_at")
);
--> statement-breakpoint
ALTER TABLE "receptions" ADD CONSTRAINT "receptions_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "receptions_customer" ON "receptions" USING btree ("customer_id","decided_at");--> statement-breakpoint
CREATE INDEX "api_keys_bots" ON "api_keys" USING btree ("id") WHERE role = 'bot' and revoked_at is null;