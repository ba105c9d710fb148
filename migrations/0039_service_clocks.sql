-- From when until when customers wait for us, and the clocks of what they were promised. New tables, nothing is locked.
CREATE TABLE "service_clocks" (
	"conversation_id" text collate "C" NOT NULL,
	"kind" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"target_seconds" integer NOT NULL,
	"warn_before_seconds" integer NOT NULL,
	"policy_version" integer NOT NULL,
	"level" text NOT NULL,
	"counted_ms" bigint NOT NULL,
	"counted_until" timestamp (3) with time zone,
	"running_since" timestamp (3) with time zone,
	"due_at" timestamp (3) with time zone,
	"look_at" timestamp (3) with time zone,
	"warned_at" timestamp (3) with time zone,
	"breached_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "service_clocks_conversation_id_kind_pk" PRIMARY KEY("conversation_id","kind")
);
--> statement-breakpoint
CREATE TABLE "waiting_spells" (
	"conversation_id" text collate "C" NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "waiting_spells_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"asked_at" timestamp (3) with time zone NOT NULL,
	"began_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"is_pause" boolean DEFAULT false NOT NULL,
	"is_counted" boolean DEFAULT false NOT NULL,
	CONSTRAINT "waiting_spells_conversation_id_position_pk" PRIMARY KEY("conversation_id","position")
);
--> statement-breakpoint
CREATE INDEX "service_clocks_due" ON "service_clocks" USING btree ("look_at") WHERE look_at is not null;--> statement-breakpoint
CREATE INDEX "waiting_spells_news" ON "waiting_spells" USING btree ("position") WHERE not is_counted;