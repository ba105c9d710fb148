-- By which rules data is shown of who said nothing yet: a table of its own, empty until somebody sets some. Locks nothing.
CREATE TABLE "consent_rule_sets" (
	"version" integer PRIMARY KEY NOT NULL,
	"rules" jsonb NOT NULL,
	"note" text,
	"set_at" timestamp (3) with time zone NOT NULL,
	"set_by" text NOT NULL
);
