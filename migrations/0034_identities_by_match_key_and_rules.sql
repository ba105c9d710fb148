-- Identifiers are compared by a key that is equal for all writings that mean the same; what was dropped at intake, identifiers that were given out again, and the versions of the rules are kept.
-- The columns lock identities for a moment. Keys of known addresses are filled in and the unique index is built while intake waits: some seconds for a million identities. Of two
-- addresses that turn out to be one mailbox or one phone the older one is found by it from now on; the other one's row stays.
CREATE TABLE "dropped_identities" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"match_key" text collate "C" NOT NULL,
	"verified" boolean NOT NULL,
	"reason" text NOT NULL,
	"is_of_known" boolean NOT NULL,
	"source" text NOT NULL,
	"rules_version" integer NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "former_identities" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"customer_id" text collate "C" NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"normalized" text collate "C" NOT NULL,
	"verified" boolean NOT NULL,
	"source" text NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity_rule_sets" (
	"version" integer PRIMARY KEY NOT NULL,
	"rules" jsonb NOT NULL,
	"note" text,
	"set_at" timestamp (3) with time zone NOT NULL,
	"set_by" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "identities" ADD COLUMN "match_key" text collate "C";--> statement-breakpoint
ALTER TABLE "identities" ADD COLUMN "confidence" real DEFAULT 0.8 NOT NULL;--> statement-breakpoint
ALTER TABLE "dropped_identities" ADD CONSTRAINT "dropped_identities_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "former_identities" ADD CONSTRAINT "former_identities_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "dropped_identities_of_customer" ON "dropped_identities" USING btree ("customer_id","kind","match_key");--> statement-breakpoint
CREATE INDEX "dropped_identities_newest" ON "dropped_identities" USING btree ("customer_id","last_seen_at","id");--> statement-breakpoint
CREATE INDEX "dropped_identities_shared" ON "dropped_identities" USING btree ("kind","match_key","last_seen_at");--> statement-breakpoint
CREATE INDEX "former_identities_customer" ON "former_identities" USING btree ("customer_id","ended_at");--> statement-breakpoint
WITH cut AS (
	SELECT id, kind, normalized, first_seen_at,
		regexp_replace(regexp_replace(normalized, '@[^@]*$', ''), '^(.[^+]*)\+.*$', '\1') AS local,
		substring(normalized FROM '@([^@]*)$') AS domain
	FROM identities WHERE kind IN ('email', 'phone')
), keyed AS (
	SELECT id, kind, normalized, first_seen_at, CASE
		WHEN kind = 'email' AND domain IN ('gmail.com', 'googlemail.com') AND replace(local, '.', '') <> '' THEN replace(local, '.', '') || '@gmail.com'
		WHEN kind = 'email' AND domain IN ('outlook.com', 'hotmail.com', 'live.com', 'icloud.com', 'me.com', 'fastmail.com') THEN local || '@' || domain
		WHEN kind = 'phone' AND normalized ~ '^\+55\d\d[689]\d{7}$' THEN regexp_replace(normalized, '^(\+55\d\d)', '\19')
		WHEN kind = 'phone' AND normalized ~ '^\+54[1-8]\d{9}$' THEN '+549' || substr(normalized, 4)
		WHEN kind = 'phone' AND normalized ~ '^\+52[2-9]\d{9}$' THEN '+521' || substr(normalized, 4)
	END COLLATE "C" AS key
	FROM cut
)
UPDATE identities i SET match_key = k.key
FROM (SELECT DISTINCT ON (kind, key) id, kind, key FROM keyed WHERE key <> normalized ORDER BY kind, key, first_seen_at, id) k
WHERE i.id = k.id AND NOT EXISTS (SELECT 1 FROM identities o WHERE o.kind = k.kind AND o.normalized = k.key);--> statement-breakpoint
CREATE UNIQUE INDEX "identities_kind_match_key" ON "identities" USING btree ("kind",coalesce(match_key, normalized));