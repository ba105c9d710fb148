-- What persons agreed to with every earlier answer, what they were advertised, and for what a key uses personal data. New tables lock nothing; the column locks api_keys for a moment.
CREATE TABLE "consents" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"purpose" text NOT NULL,
	"channel" text,
	"jurisdiction" text,
	"state" text NOT NULL,
	"opt_in_level" text NOT NULL,
	"source" text NOT NULL,
	"proof" text,
	"message_id" text collate "C",
	"stated_by" text NOT NULL,
	"stated_by_role" text NOT NULL,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_to" timestamp (3) with time zone,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "consents_once" UNIQUE NULLS NOT DISTINCT("customer_id","purpose","channel","jurisdiction","valid_from")
);
--> statement-breakpoint
CREATE TABLE "outreaches" (
	"message_id" text collate "C" PRIMARY KEY NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"purpose" text NOT NULL,
	"about" text NOT NULL,
	"written_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "purposes" text[];--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outreaches" ADD CONSTRAINT "outreaches_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outreaches" ADD CONSTRAINT "outreaches_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "consents_newest" ON "consents" USING btree ("customer_id","valid_from","id");--> statement-breakpoint
CREATE INDEX "consents_current" ON "consents" USING btree ("customer_id") WHERE valid_to is null;--> statement-breakpoint
CREATE INDEX "outreaches_newest" ON "outreaches" USING btree ("customer_id","written_at");--> statement-breakpoint
CREATE INDEX "outreaches_about" ON "outreaches" USING btree ("customer_id","about");