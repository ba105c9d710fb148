-- Who was shown whose data, and who gave whom which access, in rows that the application can add and never change; a second secret of keys. Keys that see keys, and customers' keys, may read it. Locks api_keys for a moment.
CREATE TABLE "access_changes" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"done_by" text NOT NULL,
	"act" text NOT NULL,
	"principal" text collate "C" NOT NULL,
	"role_before" text,
	"role_after" text,
	"scopes_before" text[],
	"scopes_after" text[],
	"purposes_before" text[],
	"purposes_after" text[]
);
--> statement-breakpoint
CREATE TABLE "cost_budgets" (
	"principal" text collate "C" PRIMARY KEY NOT NULL,
	"points" double precision NOT NULL,
	"maximum" double precision NOT NULL,
	"per_second" double precision NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"process" text collate "C" NOT NULL,
	"number" bigint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"act" text NOT NULL,
	"viewer" text collate "C",
	"role" text,
	"speaks_for" text collate "C",
	"purposes" text[],
	"data_classes" text[],
	"subjects" text[] NOT NULL,
	"stream" text collate "C",
	"versions" bigint[],
	"repeat_of" bigint,
	"repeats" integer,
	CONSTRAINT "audit_entries_process_number_pk" PRIMARY KEY("process","number")
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "earlier_hash" "bytea";--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "earlier_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "last_used_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "access_changes_at" ON "access_changes" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "access_changes_principal" ON "access_changes" USING btree ("principal","at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_at" ON "audit_entries" USING btree ("at","process","number");--> statement-breakpoint
CREATE INDEX "audit_entries_viewer" ON "audit_entries" USING btree ("viewer","at") WHERE viewer is not null;--> statement-breakpoint
CREATE INDEX "audit_entries_speaks_for" ON "audit_entries" USING btree ("speaks_for","at") WHERE speaks_for is not null;--> statement-breakpoint
CREATE INDEX "audit_entries_subjects" ON "audit_entries" USING gin ("subjects");--> statement-breakpoint
CREATE INDEX "audit_entries_stream" ON "audit_entries" USING btree ("process","stream") WHERE stream is not null;--> statement-breakpoint
CREATE INDEX "audit_entries_repeat_of" ON "audit_entries" USING btree ("process","repeat_of") WHERE repeat_of is not null;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_earlier_hash_unique" UNIQUE("earlier_hash");--> statement-breakpoint
UPDATE "api_keys" SET "scopes" = array_append("scopes", 'audit:read')
WHERE ("role" IN ('admin', 'supervisor') AND 'access:read' = ANY("scopes")) OR ("role" = 'customer' AND 'customers:read' = ANY("scopes"));--> statement-breakpoint
-- The application's role may delete nothing of it. It may ask for this step, as the role that owns the table: a batch of what is old, and never of the last 30 days.
CREATE FUNCTION "audit_forget"("before" timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  removed integer;
BEGIN
  DELETE FROM public.audit_entries e USING (
    SELECT o.process, o.number FROM public.audit_entries o
    WHERE o.at < least(before, clock_timestamp() - interval '30 days') ORDER BY o.at, o.process, o.number LIMIT 5000
  ) old
  WHERE e.process = old.process AND e.number = old.number;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION "audit_forget"(timestamptz) FROM PUBLIC;--> statement-breakpoint
-- Asked by the statement that appends to the journal: whoever's access was changed by somebody else since their request began writes nothing by the rights of then.
CREATE FUNCTION "access_holds"("who" text, "since" timestamptz) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.access_changes c WHERE c.principal = who AND c.at >= since AND c.act IN ('changed', 'revoked') AND c.done_by <> who) THEN
    RAISE EXCEPTION 'the access of % was changed', who USING ERRCODE = 'PU001';
  END IF;
  RETURN true;
END
$$;
