-- ANALYZE leaves the samples of a table as they were where it finds no row: whoever was the only one in it stayed in the statistics after their erasure. Locks nothing.
CREATE OR REPLACE FUNCTION "renew_statistics"("of_table" text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  is_empty boolean;
  sampled record;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname = of_table AND c.relkind = 'r') THEN RETURN; END IF;
  EXECUTE format('ANALYZE public.%I', of_table);
  EXECUTE format('SELECT NOT EXISTS (SELECT FROM public.%I)', of_table) INTO is_empty;
  IF NOT is_empty THEN RETURN; END IF;
  FOR sampled IN
    SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, l.collname AS "collation"
    FROM pg_attribute a JOIN pg_stats s ON s.schemaname = 'public' AND s.tablename = of_table AND s.attname = a.attname
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    WHERE a.attrelid = format('public.%I', of_table)::regclass
  LOOP
    IF to_regproc('pg_catalog.pg_clear_attribute_stats') IS NOT NULL THEN
      -- From PostgreSQL 18 on.
      EXECUTE 'SELECT pg_catalog.pg_clear_attribute_stats(''public'', $1, $2, false)' USING of_table, sampled.name::text;
    ELSE
      -- Before it nothing else lets go of them: the same type again, in a table without a row.
      EXECUTE format('ALTER TABLE public.%I ALTER COLUMN %I TYPE %s %s', of_table, sampled.name, sampled.type,
        CASE WHEN sampled."collation" IS NULL THEN '' ELSE format('COLLATE %I', sampled."collation") END);
    END IF;
  END LOOP;
END
$$;
