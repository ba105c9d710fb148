-- Certificates of erasures and keyed hashes of what the erased were known by. Orders and figures outlive their person and conversation: their foreign keys go,
-- which locks orders, customers, first_answers and conversations for a moment. Sources' objects cannot be written while the index is built.
CREATE TABLE "erasures" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"customer_ids" text[] NOT NULL,
	"requested_by" text NOT NULL,
	"erased_at" timestamp (3) with time zone NOT NULL,
	"completed_at" timestamp (3) with time zone,
	"counts" jsonb NOT NULL,
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "suppressions" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"erasure_id" text collate "C" NOT NULL,
	"erased_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"refused_count" integer DEFAULT 0 NOT NULL,
	"last_refused_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "first_answers" DROP CONSTRAINT "first_answers_conversation_id_conversations_id_fk";
--> statement-breakpoint
ALTER TABLE "orders" DROP CONSTRAINT "orders_customer_id_customers_id_fk";
--> statement-breakpoint
CREATE INDEX "erasures_newest" ON "erasures" USING btree ("erased_at","id");--> statement-breakpoint
CREATE INDEX "erasures_open" ON "erasures" USING btree ("erased_at","id") WHERE completed_at is null;--> statement-breakpoint
CREATE INDEX "suppressions_erasure" ON "suppressions" USING btree ("erasure_id");--> statement-breakpoint
CREATE INDEX "source_objects_customer" ON "source_objects" USING btree ("name") WHERE kind = 'customer';--> statement-breakpoint
CREATE FUNCTION "renew_statistics"("of_table" text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname = of_table AND c.relkind = 'r') THEN RETURN; END IF;
  EXECUTE format('ANALYZE public.%I', of_table);
END
$$;
