import type { EventType } from '../../../values/event-types.ts';
import type { CustomerId } from '../../../values/ids.ts';
import { decodeCursor, encodeCursor, placeAt } from '../../events/cursor.ts';
import type { Installation } from '../../events/installation.ts';
import { areKept, readMissed, readSnapshot } from '../../events/read-events.ts';
import type { Scope } from '../../scope.ts';

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

/** Who changed since the last time, and the walk over all customers that is under way. */
export interface Changes {
  readonly customerIds: readonly CustomerId[];
  /** There is more to take at once. */
  readonly isPart: boolean;
  /** Where the walk is. Null: it is done. */
  readonly scannedTo: string | null;
  /** They were looked at: the next time brings what comes after. */
  settle(): Promise<void>;
}

interface Row {
  readonly cursor: string;
  readonly scannedTo: string | null;
}

/**
 * Takes the customers that the journal tells of since the last time. The first time, and when the journal does not reach back any more, all
 * customers are to be walked over besides. For one worker at a time: what was not settled comes again.
 */
export async function takeChanges(scope: Scope, installation: Installation): Promise<Changes> {
  const { sql, journal } = scope.db;
  const until = await readSnapshot(journal);
  const here = encodeCursor(installation, placeAt(until));
  const [row] = await sql<Row[]>`select cursor, scanned_to from match_place where id = 1`;
  const place = row ? decodeCursor(installation, row.cursor) : null;
  const isKept = place !== null && typeof place !== 'string' && (await areKept(journal, [place]))[0] === true;
  if (!isKept) {
    // From this place on nothing is missed; everybody who was there before is found by the walk.
    await sql`
      insert into match_place (id, cursor, scanned_to) values (1, ${here}, '')
      on conflict (id) do update set cursor = excluded.cursor, scanned_to = excluded.scanned_to`;
    return { customerIds: [], isPart: false, scannedTo: '', settle: () => Promise.resolve() };
  }
  const interest = { streams: [], topics: [], types: OF_PERSONS };
  const missed = await readMissed(journal, place, { until, interest, limit: MOST_EVENTS });
  const ids = missed.flatMap(({ event: { details } }) =>
    [details['customerId'], details['mergedId'], details['unmergedId'], details['memberId']].filter(
      (id): id is CustomerId => typeof id === 'string',
    ),
  );
  const isPart = missed.length === MOST_EVENTS;
  const reached = isPart ? encodeCursor(installation, missed.at(-1)!.place) : here;
  return {
    customerIds: [...new Set(ids)],
    isPart,
    scannedTo: row!.scannedTo,
    settle: async () => {
      await sql`update match_place set cursor = ${reached} where id = 1`;
    },
  };
}

/** The walk over all customers came so far. Null: to its end. */
export async function keepWalk({ db: { sql } }: Scope, scannedTo: string | null): Promise<void> {
  await sql`update match_place set scanned_to = ${scannedTo} where id = 1`;
}
