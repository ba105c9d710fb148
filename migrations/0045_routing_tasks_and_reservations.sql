-- Tasks that wait for an agent and what is offered to whom, so that work is pulled when a seat frees, by any process. Adding the columns locks
-- routing_decisions and inboxes for a moment; agents are rewritten once, which blocks their writers meanwhile: there are thousands at most.
CREATE TABLE "routing_reservations" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"task_id" text collate "C" NOT NULL,
	"agent_id" text collate "C" NOT NULL,
	"conversation_id" text collate "C",
	"customer_id" text collate "C",
	"decision_id" text collate "C",
	"state" text NOT NULL,
	"offered_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"answered_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "routing_tasks" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"conversation_id" text collate "C",
	"customer_id" text collate "C",
	"state" text NOT NULL,
	"channel" text NOT NULL,
	"signals" jsonb NOT NULL,
	"waiting_since" timestamp (3) with time zone NOT NULL,
	"priority_minutes" real DEFAULT 0 NOT NULL,
	"team_id" text collate "C",
	"is_transfer" boolean DEFAULT false NOT NULL,
	"pinned_to_id" text collate "C",
	"pinned_until" timestamp (3) with time zone,
	"earlier_agent_ids" text[] DEFAULT '{}' NOT NULL,
	"declines" jsonb NOT NULL,
	"acted_through" smallint DEFAULT -1 NOT NULL,
	"agent_id" text collate "C",
	"agent_since" timestamp (3) with time zone,
	"wrap_up_seconds" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"changed_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "last_work_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "changed_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL;--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "routing" text DEFAULT 'on_request' NOT NULL;--> statement-breakpoint
ALTER TABLE "routing_decisions" ADD COLUMN "task_id" text collate "C";--> statement-breakpoint
ALTER TABLE "routing_decisions" ADD COLUMN "policy_version" integer;--> statement-breakpoint
ALTER TABLE "routing_decisions" ADD COLUMN "circumstances" jsonb;--> statement-breakpoint
ALTER TABLE "routing_reservations" ADD CONSTRAINT "routing_reservations_task_id_routing_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."routing_tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "routing_reservations" ADD CONSTRAINT "routing_reservations_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "routing_reservations" ADD CONSTRAINT "routing_reservations_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "routing_tasks" ADD CONSTRAINT "routing_tasks_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "routing_tasks" ADD CONSTRAINT "routing_tasks_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "routing_reservations_live" ON "routing_reservations" USING btree ("task_id") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "routing_reservations_agent" ON "routing_reservations" USING btree ("agent_id","offered_at","id");--> statement-breakpoint
CREATE INDEX "routing_reservations_pending" ON "routing_reservations" USING btree ("agent_id") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "routing_reservations_task" ON "routing_reservations" USING btree ("task_id");--> statement-breakpoint
CREATE INDEX "routing_reservations_customer" ON "routing_reservations" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "routing_reservations_conversation" ON "routing_reservations" USING btree ("conversation_id");--> statement-breakpoint
CREATE UNIQUE INDEX "routing_tasks_live" ON "routing_tasks" USING btree ("conversation_id") WHERE state in ('pending', 'reserved', 'assigned');--> statement-breakpoint
CREATE INDEX "routing_tasks_waiting" ON "routing_tasks" USING btree ("waiting_since","id") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "routing_tasks_agent" ON "routing_tasks" USING btree ("agent_id") WHERE state in ('reserved', 'assigned', 'wrapping');--> statement-breakpoint
CREATE INDEX "routing_tasks_due" ON "routing_tasks" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "routing_tasks_conversation" ON "routing_tasks" USING btree ("conversation_id","id");--> statement-breakpoint
CREATE INDEX "routing_tasks_customer" ON "routing_tasks" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "routing_tasks_changed_in" ON "routing_tasks" USING btree ("changed_in");--> statement-breakpoint
ALTER TABLE "routing_decisions" ADD CONSTRAINT "routing_decisions_task_id_routing_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."routing_tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agents_changed_in" ON "agents" USING btree ("changed_in");--> statement-breakpoint
CREATE INDEX "routing_decisions_task" ON "routing_decisions" USING btree ("task_id");--> statement-breakpoint
-- What a routing board has in memory is brought up to date by what was written since: every write of these rows says in which transaction it was.
CREATE FUNCTION "routing_changed"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  NEW.changed_in := pg_current_xact_id();
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER "agents_changed" BEFORE INSERT OR UPDATE ON "agents" FOR EACH ROW EXECUTE FUNCTION "routing_changed"();--> statement-breakpoint
CREATE TRIGGER "routing_tasks_changed" BEFORE INSERT OR UPDATE ON "routing_tasks" FOR EACH ROW EXECUTE FUNCTION "routing_changed"();--> statement-breakpoint
-- Skills and teams are read with their agent.
CREATE FUNCTION "routing_changed_agent"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  UPDATE public.agents SET changed_in = pg_current_xact_id()
  WHERE id = coalesce(NEW.agent_id, OLD.agent_id) AND changed_in <> pg_current_xact_id();
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "agent_skills_changed" AFTER INSERT OR UPDATE OR DELETE ON "agent_skills"
  FOR EACH ROW EXECUTE FUNCTION "routing_changed_agent"();--> statement-breakpoint
CREATE TRIGGER "team_members_changed" AFTER INSERT OR UPDATE OR DELETE ON "team_members"
  FOR EACH ROW EXECUTE FUNCTION "routing_changed_agent"();
