import { requireRight } from '../access/role-rights.ts';
import type { SourceKind } from '../../values/sources.ts';
import type { Scope } from '../scope.ts';
import type { Channel, OrderStatus } from '../../values/vocabulary.ts';

/** What is called moving: on its way to the customer or back. */
const MOVING: readonly OrderStatus[] = ['processed', 'in_transit', 'ready_for_pickup', 'return_started'];
/** How far back `answered` looks, and how long a source may be silent. */
const DAY_MS = 24 * 3_600_000;

export interface ChannelFigures {
  readonly channel: Channel;
  readonly openCount: number;
  readonly waitingCount: number;
  readonly longestWaitingSince: Date | null;
  readonly snoozedCount: number;
  readonly answeredCount: number;
  readonly firstResponseP50Seconds: number | null;
  readonly firstResponseP95Seconds: number | null;
}

export interface ChannelOverview {
  readonly asOf: Date;
  readonly channels: readonly ChannelFigures[];
  readonly movingOrders: readonly { readonly status: OrderStatus; readonly count: number }[];
  readonly staleSources: readonly { readonly kind: SourceKind; readonly name: string; readonly lastHeardAt: Date }[];
}

/**
 * Live figures of every channel with something open or answered in the last 24 hours, of the orders that move, and of the sources that were
 * silent for as long. Costs what is open and recent, not what was ever there.
 */
export async function readChannelOverview(scope: Scope): Promise<ChannelOverview> {
  requireRight(scope.viewer, 'figures:read');
  const { sql } = scope.db;
  const since = new Date(scope.now.getTime() - DAY_MS);
  const [channels, moving, staleSources] = await Promise.all([
    sql<ChannelFigures[]>`
      with unresolved as (
        select channel, count(*) filter (where status = 'open') as open_count,
          count(*) filter (where status = 'open' and waiting_since is not null) as waiting_count,
          min(waiting_since) filter (where status = 'open') as longest_waiting_since,
          count(*) filter (where status = 'snoozed') as snoozed_count
        from conversations where status <> 'resolved' group by channel
      ), answered as (
        select channel, count(*) as answered_count,
          percentile_cont(array[0.5, 0.95]) within group (order by extract(epoch from answered_at - asked_at)) as seconds
        from first_answers where answered_at > ${since} group by channel
      )
      select channel, coalesce(open_count, 0) as open_count, coalesce(waiting_count, 0) as waiting_count, longest_waiting_since,
        coalesce(snoozed_count, 0) as snoozed_count, coalesce(answered_count, 0) as answered_count,
        seconds[1]::float8 as first_response_p50_seconds, seconds[2]::float8 as first_response_p95_seconds
      from unresolved full join answered using (channel)
      order by channel`,
    sql<{ status: OrderStatus; count: number }[]>`
      select status, count(*) as count from orders where status = any(${MOVING as string[]}) group by status`,
    sql<{ kind: SourceKind; name: string; lastHeardAt: Date }[]>`
      select kind, name, last_heard_at from sources
      where last_heard_at < ${since} order by last_heard_at, kind, name limit 100`,
  ]);
  const counts = new Map(moving.map(({ status, count }) => [status, count]));
  return {
    asOf: scope.now,
    channels,
    movingOrders: MOVING.map((status) => ({ status, count: counts.get(status) ?? 0 })),
    staleSources,
  };
}
