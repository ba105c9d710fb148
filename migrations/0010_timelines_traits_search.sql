-- Timelines, traits, preferences and search. Locks customers, identities, conversations, messages and orders against writers while
-- their indexes are built; what is there already is copied into the new tables.
CREATE TABLE "customer_traits" (
	"customer_id" text collate "C" NOT NULL,
	"key" text collate "C" NOT NULL,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_to" timestamp (3) with time zone,
	"value" jsonb,
	"kind" text NOT NULL,
	"source" text NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "customer_traits_customer_id_key_valid_from_pk" PRIMARY KEY("customer_id","key","valid_from")
);
--> statement-breakpoint
CREATE TABLE "customer_words" (
	"customer_id" text collate "C" NOT NULL,
	"word" text collate "C" NOT NULL,
	CONSTRAINT "customer_words_customer_id_word_pk" PRIMARY KEY("customer_id","word")
);
--> statement-breakpoint
CREATE TABLE "order_steps" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"order_id" text collate "C" NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"return_id" text collate "C",
	"occurred_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "identities_customer";--> statement-breakpoint
ALTER TABLE "identities" ALTER COLUMN "normalized" SET DATA TYPE text collate "C";--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "preferences" jsonb;--> statement-breakpoint
ALTER TABLE "customer_traits" ADD CONSTRAINT "customer_traits_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_steps" ADD CONSTRAINT "order_steps_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "customer_traits_newest" ON "customer_traits" USING btree ("customer_id","valid_from","key");--> statement-breakpoint
CREATE INDEX "customer_traits_current" ON "customer_traits" USING btree ("customer_id") WHERE valid_to is null;--> statement-breakpoint
CREATE INDEX "customer_words_word" ON "customer_words" USING btree ("word","customer_id");--> statement-breakpoint
CREATE INDEX "order_steps_customer" ON "order_steps" USING btree ("customer_id","kind","occurred_at","id");--> statement-breakpoint
CREATE INDEX "conversations_customer_opened" ON "conversations" USING btree ("customer_id","opened_at","id");--> statement-breakpoint
CREATE INDEX "conversations_customer_resolved" ON "conversations" USING btree ("customer_id","resolved_at","id") WHERE resolved_at is not null;--> statement-breakpoint
CREATE INDEX "messages_customer_public" ON "messages" USING btree ("customer_id","occurred_at","id","inbox_id") WHERE visibility = 'public';--> statement-breakpoint
CREATE INDEX "messages_customer_internal" ON "messages" USING btree ("customer_id","occurred_at","id") WHERE visibility = 'internal';--> statement-breakpoint
CREATE INDEX "identities_phone_tail" ON "identities" USING btree (reverse(normalized)) WHERE kind = 'phone';--> statement-breakpoint
CREATE INDEX "orders_number_prefix" ON "orders" USING btree ("number" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "identities_customer" ON "identities" USING btree ("customer_id","first_seen_at","id");--> statement-breakpoint
INSERT INTO "customer_words" ("customer_id", "word")
SELECT DISTINCT c.id, left(w.word, 40) FROM "customers" c
CROSS JOIN LATERAL regexp_split_to_table(lower(regexp_replace(normalize(concat_ws(' ', c.display_name, c.given_name, c.family_name), NFKD), '[\u0300-\u036f''’]', '', 'g')), '[^[:alnum:]]+') AS w(word)
WHERE w.word <> '';--> statement-breakpoint
INSERT INTO "order_steps" ("id", "customer_id", "order_id", "kind", "status", "return_id", "occurred_at")
SELECT t.id, o.customer_id, o.id, 'tracking', t.status, NULL, t.occurred_at
FROM "tracking_events" t JOIN "shipments" s ON s.id = t.shipment_id JOIN "orders" o ON o.id = s.order_id
UNION ALL
SELECT v.order_id || '@' || floor(extract(epoch FROM v.valid_from) * 1000)::bigint || ':' || v.status, o.customer_id, o.id, 'order_status_changed', v.status, NULL, v.valid_from
FROM (SELECT v.*, lag(status, 1, 'pending') OVER (PARTITION BY order_id ORDER BY valid_from) AS before FROM "order_versions" v) v
JOIN "orders" o ON o.id = v.order_id WHERE v.status <> v.before
UNION ALL
SELECT DISTINCT r.id || '@' || floor(extract(epoch FROM f.occurred_at) * 1000)::bigint || ':' || (f.body->>'status'), o.customer_id, o.id, 'return_step', f.body->>'status', r.id, f.occurred_at
FROM "order_facts" f JOIN "orders" o ON o.id = f.order_id JOIN "returns" r ON r.order_id = o.id AND r.external_id = f.body->>'externalId'
WHERE f.kind = 'return_recorded';
