-- What is promised to customers, by when. A new table: locks nothing that is in use but for a moment the tables that it names.
CREATE TABLE "customer_promises" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"order_id" text collate "C",
	"conversation_id" text collate "C",
	"kind" text NOT NULL,
	"text" text NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"made_at" timestamp (3) with time zone NOT NULL,
	"made_by" text NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"settled_by" text,
	"note" text
);
--> statement-breakpoint
ALTER TABLE "customer_promises" ADD CONSTRAINT "customer_promises_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_promises" ADD CONSTRAINT "customer_promises_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_promises" ADD CONSTRAINT "customer_promises_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "customer_promises_newest" ON "customer_promises" USING btree ("made_at","id");--> statement-breakpoint
CREATE INDEX "customer_promises_customer" ON "customer_promises" USING btree ("customer_id","made_at","id");--> statement-breakpoint
CREATE INDEX "customer_promises_order" ON "customer_promises" USING btree ("order_id","made_at") WHERE order_id is not null;--> statement-breakpoint
CREATE INDEX "customer_promises_conversation" ON "customer_promises" USING btree ("conversation_id","made_at") WHERE conversation_id is not null;--> statement-breakpoint
CREATE INDEX "customer_promises_due" ON "customer_promises" USING btree ("due_at") WHERE state = 'open';