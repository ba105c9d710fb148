import type { EventType } from '../../../values/event-types.ts';
import type { CustomerId } from '../../../values/ids.ts';
import { decodeCursor, encodeCursor, placeAt } from '../../events/cursor.ts';
import type { Installation } from '../../events/installation.ts';
import { areKept, readMissed, readSnapshot } from '../../events/read-events.ts';
import type { Scope } from '../../scope.ts';
import { MATCH_WALKER } from './match-walk.ts';

/** After what a person may be like somebody else. */
const OF_PERSONS: readonly EventType[] = [
  'customer.created',
  'customer.updated',
  'customer.linked',
  'customer.merged',
  'customer.unmerged',
  'identity.added',
];
const MOST_EVENTS = 500;

/** Who changed since the last time. */
export interface Changes {
  readonly customerIds: readonly CustomerId[];
  /** There is more to take at once. */
  readonly isPart: boolean;
  /** There is no last time, or the journal does not reach back to it: everybody may have changed. */
  readonly isBeginning: boolean;
  /** They were looked at: the next time brings what comes after. */
  settle(): Promise<void>;
}

/** Takes the customers that the journal tells of since the last time. For one worker at a time: what was not settled comes again. */
export async function takeChanges(scope: Scope, installation: Installation): Promise<Changes> {
  const { sql, journal } = scope.db;
  const until = await readSnapshot(journal);
  const here = encodeCursor(installation, placeAt(until));
  const settleAt = async (cursor: string) => {
    await sql`
      insert into match_place (id, cursor) values (1, ${cursor}) on conflict (id) do update set cursor = excluded.cursor`;
  };
  const [row] = await sql<{ cursor: string }[]>`select cursor from match_place where id = 1`;
  const place = row ? decodeCursor(installation, row.cursor) : null;
  const isKept = place !== null && typeof place !== 'string' && (await areKept(journal, [place]))[0] === true;
  // From this place on nothing is missed.
  if (!isKept) return { customerIds: [], isPart: false, isBeginning: true, settle: () => settleAt(here) };
  const interest = { streams: [], topics: [], types: OF_PERSONS };
  const missed = await readMissed(journal, place, { until, interest, limit: MOST_EVENTS });
  const others = missed.filter(({ event: { actor } }) => actor !== MATCH_WALKER.principal);
  const ids = others.flatMap(({ event: { details } }) =>
    [details['customerId'], details['mergedId'], details['unmergedId'], details['memberId']].filter(
      (id): id is CustomerId => typeof id === 'string',
    ),
  );
  const isPart = missed.length === MOST_EVENTS;
  const reached = isPart ? encodeCursor(installation, missed.at(-1)!.place) : here;
  return {
    customerIds: [...new Set(ids)],
    isPart,
    isBeginning: false,
    settle: () => settleAt(reached),
  };
}
