import type { ConversationId } from '../../../values/ids.ts';
import type { Channel } from '../../../values/vocabulary.ts';
import type { Scope } from '../../scope.ts';
import { signalsIn } from '../signals/gather-signals.ts';
import { readKnown } from '../signals/read-known.ts';
import type { HistoryContact, HistoryPiece, Staff } from './day-of-history.ts';

const DAY_MS = 86_400_000;
/** So many are looked at, the newest of the time. */
const MOST_CONTACTS = 20_000;
/** Little enough that others get their turn between two pieces. */
const PIECE = 100;
/** Work is taken to last as long as from the first answer to the resolution, within these; else as long as this. */
const [SHORTEST_MS, LONGEST_MS, USUAL_MS] = [30_000, 3_600_000, 300_000];

interface Row {
  readonly id: ConversationId;
  readonly channel: Channel;
  readonly openedAt: Date;
  readonly answeredAt: Date | null;
  readonly resolvedAt: Date | null;
}

/** What came in within the last days, and who was there, in pieces. */
export async function* readHistory(scope: Scope, days: number): AsyncGenerator<HistoryPiece> {
  const { sql } = scope.db;
  const since = new Date(scope.now.getTime() - days * DAY_MS);
  yield { since: since.getTime() };
  for (let last = ''; ;) {
    const staff = await sql<Staff[]>`
      select a.id, a.name, a.capacity,
        coalesce((select jsonb_object_agg(s.skill, s.level) from agent_skills s where s.agent_id = a.id), '{}') as skills,
        array(select m.team_id from team_members m where m.agent_id = a.id) as team_ids,
        coalesce((
          select jsonb_agg(jsonb_build_object('at', v.valid_from, 'presence', v.presence, 'channelsOff', v.channels_off)
            order by v.valid_from)
          from agent_versions v where v.agent_id = a.id and (v.valid_to is null or v.valid_to > ${since})), '[]') as presences
      from agents a where a.id > ${last} order by a.id limit ${PIECE}`;
    if (staff.length === 0) break;
    last = staff.at(-1)!.id;
    yield { staff: [...staff] };
  }
  const rows = await sql<Row[]>`
    select c.id, c.channel, c.opened_at, a.answered_at, c.resolved_at
    from conversations c left join first_answers a on a.conversation_id = c.id
    where c.last_message_at > ${since} and c.opened_at > ${since} and c.opened_at <= ${scope.now} and c.merged_into_id is null
    order by c.last_message_at desc, c.id desc limit ${MOST_CONTACTS}`;
  for (let from = 0; from < rows.length; from += PIECE)
    yield { contacts: await contactsOf(scope, rows.slice(from, from + PIECE)) };
}

async function contactsOf(scope: Scope, rows: readonly Row[]): Promise<HistoryContact[]> {
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
    return [{ task, tookMs }];
  });
}
