-- Retention drops whole slices of time instead of deleting rows one by one. Locks events while its new index is built, and event_streams while it is copied: some seconds a million events.
CREATE SEQUENCE "public"."journal_positions" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
-- Drawn and rolled back counts too: no position is ever given twice.
SELECT setval('journal_positions', last_value, is_called) FROM "events_position_seq";--> statement-breakpoint
CREATE TABLE "journal_slices" (
	"slice" integer PRIMARY KEY NOT NULL,
	"prepared_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"from_xid" "xid8"
);
--> statement-breakpoint
INSERT INTO "journal_slices" ("slice", "started_at", "from_xid") VALUES (0, clock_timestamp(), '0');--> statement-breakpoint
ALTER TABLE "events" ALTER COLUMN "position" DROP IDENTITY;--> statement-breakpoint
DROP INDEX "events_recorded_at";--> statement-breakpoint
DROP INDEX "events_xid";--> statement-breakpoint
ALTER TABLE "events" DROP CONSTRAINT "events_pkey";--> statement-breakpoint
ALTER TABLE "events" RENAME TO "events_0";--> statement-breakpoint
CREATE TABLE "events" (LIKE "events_0" INCLUDING DEFAULTS) PARTITION BY RANGE ("position");--> statement-breakpoint
ALTER TABLE "events" ALTER COLUMN "position" SET DEFAULT nextval('journal_positions');--> statement-breakpoint
ALTER SEQUENCE "journal_positions" OWNED BY "events"."position";--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_xid_position_pk" PRIMARY KEY ("xid","position");--> statement-breakpoint
ALTER TABLE "events" ATTACH PARTITION "events_0" FOR VALUES FROM (MINVALUE) TO (4294967296);--> statement-breakpoint
ALTER TABLE "event_streams" RENAME TO "event_streams_before";--> statement-breakpoint
CREATE TABLE "event_streams" (
	"stream" text collate "C" NOT NULL,
	"version" bigint NOT NULL,
	"position" bigint NOT NULL,
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL
) PARTITION BY RANGE ("position");--> statement-breakpoint
CREATE TABLE "event_streams_0" PARTITION OF "event_streams" FOR VALUES FROM (MINVALUE) TO (4294967296);--> statement-breakpoint
INSERT INTO "event_streams" SELECT s."stream", s."version", s."position", e."xid" FROM "event_streams_before" s JOIN "events_0" e USING ("position");--> statement-breakpoint
DROP TABLE "event_streams_before";--> statement-breakpoint
ALTER TABLE "event_streams" ADD CONSTRAINT "event_streams_stream_version_position_pk" PRIMARY KEY ("stream","version","position");--> statement-breakpoint
-- The partitions of a slice: the upper bits of a position are its number.
CREATE FUNCTION "journal_make_partitions"("made" integer) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  parent text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['events', 'event_streams'] LOOP
    -- Attached and not made in place: that lets everybody read and write meanwhile.
    EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING INDEXES)', parent || '_' || made, parent);
    EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%s) TO (%s)',
      parent, parent || '_' || made, made::bigint << 32, (made::bigint + 1) << 32);
  END LOOP;
END
$$;--> statement-breakpoint
-- The application's role may make no table. It may ask for these three steps, as the role that owns them; each gives up rather than hold up readers.
CREATE FUNCTION "journal_prepare_slice"() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET lock_timeout = '100ms' AS $$
DECLARE
  upcoming integer;
BEGIN
  LOCK TABLE public.journal_slices IN SHARE ROW EXCLUSIVE MODE;
  -- One ahead is enough.
  IF EXISTS (SELECT FROM public.journal_slices WHERE started_at IS NULL) THEN RETURN false; END IF;
  SELECT coalesce(max(slice), 0) + 1 INTO upcoming FROM public.journal_slices;
  PERFORM public.journal_make_partitions(upcoming);
  INSERT INTO public.journal_slices (slice) VALUES (upcoming);
  RETURN true;
END
$$;--> statement-breakpoint
CREATE FUNCTION "journal_begin_slice"("prepared_before" timestamptz, "begun_before" timestamptz) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET lock_timeout = '100ms' AS $$
DECLARE
  upcoming integer;
  drawn bigint;
  was_drawn boolean;
BEGIN
  LOCK TABLE public.journal_slices IN SHARE ROW EXCLUSIVE MODE;
  -- A statement that began before the partitions were there does not know them: positions are drawn from a slice only some time after.
  SELECT slice INTO upcoming FROM public.journal_slices WHERE started_at IS NULL AND prepared_at < prepared_before;
  IF upcoming IS NULL THEN RETURN false; END IF;
  IF EXISTS (SELECT FROM public.journal_slices WHERE started_at >= begun_before) THEN RETURN false; END IF;
  SELECT last_value, is_called INTO drawn, was_drawn FROM public.journal_positions;
  -- Nothing has happened since the last one began: it goes on.
  IF NOT was_drawn AND drawn = (SELECT max(slice)::bigint << 32 FROM public.journal_slices WHERE started_at IS NOT NULL) THEN RETURN false; END IF;
  -- Takes effect at once, whatever becomes of this transaction; tried again, it must not go back.
  IF drawn < upcoming::bigint << 32 THEN PERFORM setval('public.journal_positions', upcoming::bigint << 32, false); END IF;
  UPDATE public.journal_slices SET started_at = clock_timestamp() WHERE slice = upcoming;
  RETURN true;
END
$$;--> statement-breakpoint
CREATE FUNCTION "journal_drop_slice"("ended_before" timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET lock_timeout = '100ms' AS $$
DECLARE
  oldest integer;
  newest_gone xid8;
BEGIN
  LOCK TABLE public.journal_slices IN SHARE ROW EXCLUSIVE MODE;
  SELECT s.slice INTO oldest FROM public.journal_slices s
  WHERE (SELECT min(later.started_at) FROM public.journal_slices later WHERE later.slice > s.slice) < ended_before
  ORDER BY s.slice LIMIT 1;
  IF oldest IS NULL THEN RETURN NULL; END IF;
  LOCK TABLE ONLY public.events, ONLY public.event_streams IN ACCESS EXCLUSIVE MODE;
  EXECUTE format('SELECT max(xid) FROM public.%I', 'events_' || oldest) INTO newest_gone;
  UPDATE public.installation SET pruned_xid = greatest(pruned_xid, newest_gone) WHERE id = 1;
  EXECUTE format('DROP TABLE public.%I, public.%I', 'events_' || oldest, 'event_streams_' || oldest);
  DELETE FROM public.journal_slices WHERE slice = oldest;
  RETURN oldest;
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION "journal_make_partitions"(integer), "journal_prepare_slice"(), "journal_begin_slice"(timestamptz, timestamptz), "journal_drop_slice"(timestamptz) FROM PUBLIC;
