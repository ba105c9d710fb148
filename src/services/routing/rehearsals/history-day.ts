import type { AgentId, ConversationId, TeamId } from '../../../values/ids.ts';
import type { Channel, Presence } from '../../../values/vocabulary.ts';
import type { Scope } from '../../scope.ts';
import type { RoutingAgent } from '../core/routing-state.ts';
import { signalsIn } from '../signals/gather-signals.ts';
import { readKnown } from '../signals/read-known.ts';
import type { Contact, SimulatedDay } from '../simulation/simulate.ts';

const DAY_MS = 86_400_000;
/** So many are kept in memory at once, the newest of the time. */
const MOST_CONTACTS = 20_000;
const BATCH = 500;
/** Work is taken to last as long as from the first answer to the resolution, within these; else as long as this. */
const [SHORTEST_MS, LONGEST_MS, USUAL_MS] = [30_000, 3_600_000, 300_000];

interface Row {
  readonly id: ConversationId;
  readonly channel: Channel;
  readonly openedAt: Date;
  readonly answeredAt: Date | null;
  readonly resolvedAt: Date | null;
}

interface Staff {
  readonly id: AgentId;
  readonly name: string;
  readonly capacity: number;
  readonly presence: Presence;
  readonly skills: Readonly<Record<string, number>>;
  readonly teamIds: readonly TeamId[];
  /** When the agent was there, the earliest first. */
  readonly presences: readonly { at: string; presence: Presence; channelsOff: Channel[] }[];
}

/**
 * What came in within the last days, as it would come again: conversations with what is known of them, and the agents of today, there when they were
 * there. Who served the person before and what is known of the person are as of now; nobody passes anything on.
 */
export async function historyDay(scope: Scope, days: number): Promise<SimulatedDay & { contacts: Contact[] }> {
  const { sql } = scope.db;
  const since = new Date(scope.now.getTime() - days * DAY_MS);
  const rows = await sql<Row[]>`
    select c.id, c.channel, c.opened_at, a.answered_at, c.resolved_at
    from conversations c left join first_answers a on a.conversation_id = c.id
    where c.last_message_at > ${since} and c.opened_at > ${since} and c.opened_at <= ${scope.now} and c.merged_into_id is null
    order by c.last_message_at desc, c.id desc limit ${MOST_CONTACTS}`;
  const staff = await sql<Staff[]>`
    select a.id, a.name, a.capacity, a.presence,
      coalesce((select jsonb_object_agg(s.skill, s.level) from agent_skills s where s.agent_id = a.id), '{}') as skills,
      array(select m.team_id from team_members m where m.agent_id = a.id) as team_ids,
      coalesce((
        select jsonb_agg(jsonb_build_object('at', v.valid_from, 'presence', v.presence, 'channelsOff', v.channels_off)
          order by v.valid_from)
        from agent_versions v where v.agent_id = a.id and (v.valid_to is null or v.valid_to > ${since})), '[]') as presences
    from agents a order by a.id`;
  const contacts: Contact[] = [];
  for (let from = 0; from < rows.length; from += BATCH)
    contacts.push(...(await contactsOf(scope, rows.slice(from, from + BATCH))));
  contacts.sort((a, b) => a.task.waitingSince - b.task.waitingSince || (a.task.id < b.task.id ? -1 : 1));
  const startsAt = since.getTime();
  const begun = staff.map((one) => agentOf(one, startsAt));
  const changes = staff.flatMap((one) =>
    one.presences
      .map(({ at, presence, channelsOff }) => ({
        at: Date.parse(at),
        agent: { ...agentOf(one, startsAt), presence, channelsOff },
      }))
      .filter(({ at }) => at > startsAt),
  );
  changes.sort((a, b) => a.at - b.at || (a.agent.id < b.agent.id ? -1 : 1));
  return { startsAt, agents: begun, changes, contacts };
}

function agentOf({ id, name, capacity, skills, teamIds, presences }: Staff, startsAt: number): RoutingAgent {
  const first = presences[0];
  const isThere = first !== undefined && Date.parse(first.at) <= startsAt;
  return {
    ...{ id, name, capacity, skills, teamIds, placesTaken: 0, lastWorkAt: startsAt },
    presence: isThere ? first.presence : 'offline',
    channelsOff: isThere ? first.channelsOff : [],
  };
}

async function contactsOf(scope: Scope, rows: readonly Row[]): Promise<Contact[]> {
  const known = await readKnown(
    scope,
    rows.map(({ id }) => id),
  );
  const byId = new Map(known.map((one) => [one.id, one]));
  return rows.flatMap(({ id, channel, openedAt, answeredAt, resolvedAt }) => {
    const one = byId.get(id);
    if (!one) return [];
    const lastedMs = answeredAt && resolvedAt ? resolvedAt.getTime() - answeredAt.getTime() : USUAL_MS;
    const tookMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, lastedMs));
    const task = {
      ...{ id, channel, signals: signalsIn(one, openedAt), waitingSince: openedAt.getTime(), priorityMinutes: 0 },
      ...{ teamId: null, isTransfer: false, pin: null, earlierAgentIds: one.earlierAgentIds, declines: [] },
      actedThrough: -1,
    };
    return [{ task, outcome: () => ({ tookMs, isPassedOn: false }) }];
  });
}
