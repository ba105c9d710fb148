import type { AgentId } from '../../values/ids.ts';
import type { Channel, Presence } from '../../values/vocabulary.ts';
import { recordFact } from '../events/atomically.ts';
import { stream, topic } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';

/** Whether an agent takes work, and which. */
export interface PresenceState {
  readonly presence: Presence;
  /** For colleagues. Null: not away, or nothing was said. */
  readonly awayReason: string | null;
  /** Sorted. */
  readonly channelsOff: readonly Channel[];
}

/** Writes down how an agent is there from now on, keeps how it was, and tells of it. The agent's row is locked by the caller. No change is no fact. */
export async function recordPresence(
  tx: TransactionScope,
  { id: agentId, ...before }: PresenceState & { readonly id: AgentId },
  next: PresenceState,
  { isVanished = false } = {},
): Promise<void> {
  const { presence, awayReason, channelsOff } = next;
  const isSameChannels = channelsOff.join() === before.channelsOff.join();
  const isTold = presence !== before.presence || !isSameChannels;
  if (!isTold && awayReason === before.awayReason) return;
  const { sql } = tx.db;
  const channels = channelsOff as string[];
  await Promise.all([
    sql`
      update agents set presence = ${presence}, away_reason = ${awayReason}, channels_off = ${channels},
        presence_changed_at = case when presence = ${presence} then presence_changed_at else ${tx.now}::timestamptz end
      where id = ${agentId}`,
    sql`
      update agent_versions set valid_to = ${tx.now}
      where agent_id = ${agentId} and valid_to is null and valid_from < ${tx.now}`,
    // Two changes within a millisecond are one version.
    sql`
      insert into agent_versions (agent_id, valid_from, presence, away_reason, channels_off)
      values (${agentId}, ${tx.now}, ${presence}, ${awayReason}, ${channels})
      on conflict (agent_id, valid_from) do update set presence = excluded.presence, away_reason = excluded.away_reason,
        channels_off = excluded.channels_off, valid_to = null`,
  ]);
  recordFact(tx, {
    type: 'agent.presence_changed',
    streams: [stream.agent(agentId)],
    topics: [topic.routing],
    details: {
      agentId,
      presence,
      formerPresence: before.presence,
      ...(isSameChannels ? {} : { channelsOff, formerChannelsOff: before.channelsOff }),
      ...(isVanished ? { reason: 'vanished' } : {}),
    },
  });
}
