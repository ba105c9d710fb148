import { requireWhole } from '../../values/invalid-request.ts';
import { FRESHNESS_GOAL_SECONDS, type FreshnessMeasure } from '../../values/served.ts';
import type { SourceKind } from '../../values/sources.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';

const HOUR_MS = 3_600_000;
const MOST_HOURS = 168;
/** What is older than this when it comes is an archive that somebody imports, and no late news. */
const ARCHIVE_SECONDS = 7 * 86_400;
const MOST_SOURCES = 200;
/** The newest samples of what was served, so that a report costs the same on a busy day. */
const MOST_SAMPLES = 10_000;

/** How old news was, of what was counted. */
export interface Lag {
  readonly measure: FreshnessMeasure;
  readonly count: number;
  /** Null: nothing was counted. */
  readonly p50Seconds: number | null;
  readonly p95Seconds: number | null;
  /** 0 to 1: news that was no older than `goalSeconds`. Null: nothing was counted. */
  readonly shareInTime: number | null;
  readonly goalSeconds: number;
}
/** From when something happened, by the source's clock, to when readers could know. */
export interface SourceLag extends Lag {
  readonly kind: SourceKind;
  readonly name: string;
  /** Facts of an archive, which are not counted. */
  readonly archivedCount: number;
}
/** How far behind what had happened an answer was: nothing, where everything was known. */
export interface TouchpointLag extends Lag {
  readonly touchpoint: string;
  readonly channel: string;
}
export interface FreshnessReport {
  readonly since: Date;
  readonly sources: readonly SourceLag[];
  readonly touchpoints: readonly TouchpointLag[];
}

type Counted<L extends Lag> = Omit<L, 'goalSeconds' | 'shareInTime'> & { readonly inTime: number };

/** How fresh what sources told and what readers were shown was, in the hours until now. */
export async function readFreshnessReport(scope: Scope, hours: number): Promise<FreshnessReport> {
  requireRight(scope.viewer, 'figures:read');
  requireWhole(hours, 'hours', 1, MOST_HOURS);
  const since = new Date(scope.now.getTime() - hours * HOUR_MS);
  const [sources, touchpoints] = await Promise.all([ofSources(scope, since), ofTouchpoints(scope, since)]);
  return { since, sources: sources.map(withShare), touchpoints: touchpoints.map(withShare) };
}

function withShare<L extends Counted<Lag>>({ inTime, ...lag }: L) {
  const shareInTime = lag.count === 0 ? null : inTime / lag.count;
  return { ...lag, shareInTime, goalSeconds: FRESHNESS_GOAL_SECONDS[lag.measure] };
}

/** Seconds that a row may be late, by what it measures. */
const goal = ({ db: { sql } }: Scope) => sql`
  case measure when 'returns' then ${FRESHNESS_GOAL_SECONDS.returns}::float8 else ${FRESHNESS_GOAL_SECONDS.status}::float8 end`;

const ofSources = (scope: Scope, since: Date): Promise<Counted<SourceLag>[]> => scope.db.sql<Counted<SourceLag>[]>`
  with told as (
    select 'orders' as told_by, source, case when kind = 'return_recorded' then 'returns' else 'status' end as measure,
      recorded_at - occurred_at as lag
    from order_facts where recorded_at > ${since}
    union all
    select 'tracking', source, 'status', recorded_at - occurred_at from tracking_events where recorded_at > ${since}
  ), counted as (
    select told_by, source, measure, greatest(extract(epoch from lag), 0)::float8 as seconds from told
  ), summed as (
    select told_by as kind, source as name, measure,
      count(*) filter (where seconds <= ${ARCHIVE_SECONDS})::int as count,
      count(*) filter (where seconds > ${ARCHIVE_SECONDS})::int as archived_count,
      count(*) filter (where seconds <= ${goal(scope)})::int as in_time,
      percentile_cont(array[0.5, 0.95]) within group (order by seconds) filter (where seconds <= ${ARCHIVE_SECONDS}) as parts
    from counted group by told_by, source, measure
  )
  select kind, name, measure, count, archived_count, in_time, parts[1] as p50_seconds, parts[2] as p95_seconds
  from summed order by kind, name, measure limit ${MOST_SOURCES}`;

/** By when the first thing had happened to the order that was not known yet. */
const ofTouchpoints = (scope: Scope, since: Date): Promise<Counted<TouchpointLag>[]> => scope.db.sql<
  Counted<TouchpointLag>[]
>`
  with served as materialized (
    select * from (select * from served_statuses order by id desc limit ${MOST_SAMPLES}) s where served_at > ${since}
  ), behind as (
    select s.touchpoint, s.channel, n.measure, coalesce(extract(epoch from s.served_at - n.happened_at), 0)::float8 as seconds
    from served s cross join lateral (
      select 'status' as measure, least(
        (select min(f.occurred_at) from order_facts f
          where f.order_id = s.order_id and f.kind <> 'return_recorded' and f.recorded_at > s.served_at and f.occurred_at < s.served_at),
        (select min(t.occurred_at) from shipments p join tracking_events t on t.shipment_id = p.id
          where p.order_id = s.order_id and t.recorded_at > s.served_at and t.occurred_at < s.served_at)) as happened_at
      union all
      select 'returns', (select min(f.occurred_at) from order_facts f
        where f.order_id = s.order_id and f.kind = 'return_recorded' and f.recorded_at > s.served_at and f.occurred_at < s.served_at)
    ) n
  ), summed as (
    select touchpoint, channel, measure, count(*)::int as count, count(*) filter (where seconds <= ${goal(scope)})::int as in_time,
      percentile_cont(array[0.5, 0.95]) within group (order by seconds) as parts
    from behind group by touchpoint, channel, measure
  )
  select touchpoint, channel, measure, count, in_time, parts[1] as p50_seconds, parts[2] as p95_seconds
  from summed order by touchpoint, channel, measure`;
