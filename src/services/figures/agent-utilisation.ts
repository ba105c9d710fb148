import type { AgentId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { readBusyTimes } from './busy-times.ts';
import { requirePeriod, type Period } from './period.ts';

/** How an agent was used in a period. */
export interface AgentUtilisation {
  readonly agentId: AgentId;
  /** Seconds online or taking transfers. */
  readonly availableSeconds: number;
  readonly awaySeconds: number;
  readonly offlineSeconds: number;
  /** Available seconds in which a place was taken at least. Null: there was too much work to look at. */
  readonly busySeconds: number | null;
  /** Those in which all were, or more. */
  readonly fullSeconds: number | null;
  /** Times that routing chose the agent. */
  readonly chosenCount: number;
  /** Conversations of the agent that were resolved and are. */
  readonly resolvedCount: number;
  /** Chosen in an hour of being available. Null: not available at all. */
  readonly chosenPerHour: number | null;
  /** Places taken now, of those that the agent has. */
  readonly load: number;
  readonly capacity: number;
  /** All places are taken now, or more. */
  readonly isFull: boolean;
}

export interface Utilisation extends Period {
  readonly asOf: Date;
  /** The most chosen in an hour first; who was there for less than a minute and did nothing is left out. */
  readonly agents: readonly AgentUtilisation[];
  /** Of `chosenPerHour`, standard deviation by mean: 0 is evenly spread. Null: fewer than two agents. */
  readonly spread: number | null;
}

const MOST_AGENTS = 1_000;
const LEAST_SECONDS = 60;
const UNKNOWN = { busySeconds: null, fullSeconds: null };
const IDLE = { busySeconds: 0, fullSeconds: 0 };

/** How evenly work is spread, and who is overloaded. By agent over its own rows of the period. */
export async function readAgentUtilisation(scope: Scope, period: Period): Promise<Utilisation> {
  requireRight(scope.viewer, 'figures:read');
  const { from, until } = requirePeriod(period);
  // What has not happened yet is no time to have been there.
  const end = until < scope.now ? until : scope.now;
  const rows = await scope.db.sql<Omit<AgentUtilisation, 'chosenPerHour' | 'isFull' | 'busySeconds' | 'fullSeconds'>[]>`
    select a.id as agent_id, a.load, a.capacity, there.available_seconds, there.away_seconds, there.offline_seconds,
      coalesce(chosen.count, 0)::int as chosen_count, resolved.count::int as resolved_count
    from agents a
    cross join lateral (
      select
        coalesce(sum(seconds) filter (where presence in ('online', 'transfers_only')), 0)::float8 as available_seconds,
        coalesce(sum(seconds) filter (where presence = 'away'), 0)::float8 as away_seconds,
        coalesce(sum(seconds) filter (where presence = 'offline'), 0)::float8 as offline_seconds
      from (
        select v.presence, extract(epoch from
          least(coalesce(v.valid_to, ${end}), ${end}::timestamptz) - greatest(v.valid_from, ${from}::timestamptz)) as seconds
        from agent_versions v
        where v.agent_id = a.id and v.valid_from < ${end} and coalesce(v.valid_to, ${end}) > ${from}
      ) v
    ) there
    left join (
      select chosen_agent_id, count(*) from routing_decisions
      where decided_at >= ${from} and decided_at < ${until} and chosen_agent_id is not null group by chosen_agent_id
    ) chosen on chosen.chosen_agent_id = a.id
    cross join lateral (
      select count(*) from conversations c
      where c.assignee_id = a.id and c.status = 'resolved' and c.resolved_at >= ${from} and c.resolved_at < ${until}
        and c.last_message_at >= ${from}::timestamptz - interval '90 days'
    ) resolved
    where there.available_seconds + there.away_seconds >= ${LEAST_SECONDS} or chosen.count > 0 or a.load > 0
    order by a.id limit ${MOST_AGENTS}`;
  const busy = await readBusyTimes(scope, { from, until: end });
  const agents = rows.map((row) => ({
    ...row,
    ...(busy === null ? UNKNOWN : (busy.get(row.agentId) ?? IDLE)),
    chosenPerHour: row.availableSeconds > 0 ? row.chosenCount / (row.availableSeconds / 3_600) : null,
    isFull: row.load >= row.capacity,
  }));
  agents.sort((a, b) => (b.chosenPerHour ?? -1) - (a.chosenPerHour ?? -1) || (a.agentId < b.agentId ? -1 : 1));
  return {
    asOf: scope.now,
    from,
    until,
    agents,
    spread: spreadOf(agents.flatMap(({ chosenPerHour }) => chosenPerHour ?? [])),
  };
}

function spreadOf(rates: readonly number[]): number | null {
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  if (rates.length < 2 || mean === 0) return null;
  return Math.sqrt(rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length) / mean;
}
