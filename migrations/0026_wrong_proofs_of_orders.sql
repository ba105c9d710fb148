-- How often a proof of an order was wrong lately. A new table; locks nothing that is in use.
CREATE TABLE "order_proof_failures" (
	"subject" text collate "C" PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "order_proof_failures_since" ON "order_proof_failures" USING btree ("since");