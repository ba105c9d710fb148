import type { AgentId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { requirePresenceOf } from './presence-reach.ts';
import { recordPresence, type PresenceState } from './record-presence.ts';

const SWEPT_AT_ONCE = 200;

/** From now on an agent is heard of at least so often, and is right now. 0: need not be; null: as often as before. The agent's row is locked by the caller. */
export async function expectHeartbeat(tx: TransactionScope, agentId: AgentId, seconds: number | null): Promise<void> {
  const { sql } = tx.db;
  if (seconds === 0) await sql`delete from agent_heartbeats where agent_id = ${agentId}`;
  else if (seconds === null)
    await sql`
      update agent_heartbeats set due_at = ${tx.now}::timestamptz + every_seconds * interval '1 second'
      where agent_id = ${agentId}`;
  else
    await sql`
      insert into agent_heartbeats (agent_id, every_seconds, due_at)
      values (${agentId}, ${seconds}, ${tx.now}::timestamptz + ${seconds}::int * interval '1 second')
      on conflict (agent_id) do update set every_seconds = excluded.every_seconds, due_at = excluded.due_at`;
}

/** An agent's client says that it is there. Refused when it came too late, or when nothing needs to be heard of the agent. */
export async function beatHeart(scope: Scope, agentId: string): Promise<AgentId> {
  requirePresenceOf(scope.viewer, agentId);
  const { sql } = scope.db;
  // Who is due already is gone, though nobody has told so yet: by all clocks alike.
  const [heard] = await sql<{ agentId: AgentId }[]>`
    update agent_heartbeats set due_at = ${scope.now}::timestamptz + every_seconds * interval '1 second'
    where agent_id = ${agentId} and due_at > ${scope.now} returning agent_id`;
  if (heard) return heard.agentId;
  const known = await sql`select 1 from agents where id = ${agentId}`;
  if (known.length === 0) throw new Refusal('NOT_FOUND', 'There is no agent with this id.', ['id']);
  throw new Refusal(
    'CONFLICT',
    'No heartbeat is expected: the agent went offline, or never asked for it. Set the presence with `heartbeatSeconds`.',
    ['id'],
  );
}

/** The same for agents whose sockets this process sees open. It writes for those only of whose time a third is over. */
export async function hearAgents({ db: { sql }, now }: Scope, agentIds: readonly string[]): Promise<void> {
  if (agentIds.length === 0) return;
  await sql`
    update agent_heartbeats set due_at = ${now}::timestamptz + every_seconds * interval '1 second'
    where agent_id = any (${agentIds as string[]}) and due_at > ${now}
      and due_at <= ${now}::timestamptz + every_seconds * interval '0.667 seconds'`;
}

/** Takes agents offline of whom nothing was heard in time, and tells of it: routing takes their work back. Any number of processes may do this at once. */
export async function sweepHeartbeats(scope: Scope): Promise<number> {
  const [due] = await scope.db.sql`select 1 from agent_heartbeats where due_at <= ${scope.now} limit 1`;
  if (!due) return 0;
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    // The agent first, as whoever sets a presence does; who is at work on one of them will have told of it.
    const gone = await sql<(PresenceState & { id: AgentId })[]>`
      select id, presence, away_reason, channels_off from agents
      where id = any (array(
        select agent_id from agent_heartbeats where due_at <= ${tx.now} order by due_at limit ${SWEPT_AT_ONCE}))
      order by id for no key update skip locked`;
    // Somebody may have heard of one of them meanwhile.
    const ended = await sql<{ agentId: AgentId }[]>`
      delete from agent_heartbeats where agent_id = any (${gone.map(({ id }) => id)}) and due_at <= ${tx.now} returning agent_id`;
    const vanished = gone.filter(({ id }) => ended.some(({ agentId }) => agentId === id));
    for (const agent of vanished) {
      const offline = { presence: 'offline', awayReason: null, channelsOff: agent.channelsOff } as const;
      await recordPresence(tx, agent, offline, { isVanished: true });
    }
    return vanished.length;
  });
}
