import type { Sql } from '../../database/open-database.ts';
import { decodeCursor, encodeCursor, isAhead, placeAt, type CursorProblem, type Place } from '../events/cursor.ts';
import { atomically } from '../events/atomically.ts';
import type { Installation } from '../events/installation.ts';
import { areKept, readMissed, readSnapshot, type Interest, type JournalEvent } from '../events/read-events.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { WebhookEndpointId } from '../../values/ids.ts';
import { storeWebhookDeliveries } from './store-webhook-deliveries.ts';
import type { WebhookLane } from './webhook-delivery.ts';
import { closeWebhookGaps, openWebhookGaps } from './webhook-gaps.ts';

/** An endpoint that is to have a row for each event it wants. */
export interface WatchingEndpoint {
  readonly id: WebhookEndpointId;
  /** Only what comes after it. Null: everything that comes. */
  readonly from: Place | null;
}

/** All endpoints that are enabled, and what they watch. */
export interface WatchingEndpoints {
  readonly all: readonly WatchingEndpoint[];
  readonly interest: Interest;
  /** Endpoints whose keys may not have what they ask for, with the reason, where the database does not know it yet. */
  readonly refused: ReadonlyMap<WebhookEndpointId, string>;
  /** Endpoints whose keys may again, where the database does not know it yet. They have rows once it does. */
  readonly readmitted: Iterable<WebhookEndpointId>;
  wanting(event: JournalEvent): Iterable<WatchingEndpoint>;
}

export interface WrittenDeliveries {
  readonly lanes: readonly WebhookLane[];
  /** There is more to read at once. */
  readonly isPart: boolean;
  /** The journal does not reach back to where the rows end: events in between have none. */
  readonly isGap: boolean;
}

const MOST_EVENTS = 500;
/** Of one transaction, about: with many endpoints it takes fewer events at a time. */
const MOST_ROWS = 5_000;
const NOTHING: WrittenDeliveries = { lanes: [], isPart: false, isGap: false };
/** A place that lies so many transactions back is moved although nothing was found: the journal is not kept for ever. */
const STALE_TRANSACTIONS = 1_000n;

/** The row of the place, which must be there before anybody writes. */
export async function ensureWebhookPlace({ db: { sql } }: Scope): Promise<void> {
  await sql`insert into webhook_place (id) values (1) on conflict (id) do nothing`;
}

/**
 * Gives each event since the last time its rows, and moves the place in the same transaction: whatever dies, no event is left out and none
 * has two rows for one endpoint. One process at a time; another one that comes meanwhile has nothing to do, because whoever is at it
 * hears of the newest event as well as it did.
 */
export async function writeWebhookDeliveries(
  scope: Scope,
  installation: Installation,
  watchingNow: (tx: TransactionScope) => Promise<WatchingEndpoints>,
): Promise<WrittenDeliveries> {
  return atomically(scope, async (tx) => {
    const { sql, journal } = tx.db;
    const [row] = await sql<{ cursor: string | null }[]>`
      select cursor from webhook_place where id = 1 for update skip locked`;
    if (!row) return NOTHING;
    // Before the endpoints are read: one that was there at this place is among them.
    const until = await readSnapshot(journal);
    const written = row.cursor === null ? null : decodeCursor(installation, row.cursor);
    const [endpoints, keptWritten] = await Promise.all([watchingNow(tx), keptPlace(journal, written)]);
    await openWebhookGaps(tx, endpoints.refused, row.cursor);
    await closeWebhookGaps(tx, endpoints.readmitted, encodeCursor(installation, placeAt(until)));
    const { streams, topics } = endpoints.interest;
    if (endpoints.all.length === 0 || streams.length + topics.length === 0) {
      if (row.cursor !== null) await sql`update webhook_place set cursor = null where id = 1`;
      return NOTHING;
    }
    const kept = row.cursor === null ? await keptPlace(journal, earliest(endpoints.all)) : keptWritten;
    const place = kept ?? placeAt(until);
    const limit = Math.max(1, Math.min(MOST_EVENTS, Math.floor(MOST_ROWS / endpoints.all.length)));
    const missed = kept ? await readMissed(journal, place, { until, interest: endpoints.interest, limit }) : [];
    const lanes = await storeWebhookDeliveries(
      tx,
      missed.flatMap(({ event, place: after }) =>
        [...endpoints.wanting(event)]
          .filter(({ from }) => from === null || isAhead(from, event))
          .map(({ id }) => ({ endpointId: id, event, cursor: encodeCursor(installation, after) })),
      ),
    );
    const isPart = missed.length === limit;
    const reached = isPart ? missed.at(-1)!.place : placeAt(until);
    if (row.cursor === null || !kept || missed.length > 0 || until.xmax - place.after.xmax > STALE_TRANSACTIONS)
      await sql`update webhook_place set cursor = ${encodeCursor(installation, reached)} where id = 1`;
    return { lanes, isPart, isGap: !kept };
  });
}

/** The place, if the journal reaches back to it. */
async function keptPlace(journal: Sql, place: Place | CursorProblem | null): Promise<Place | null> {
  if (place === null || typeof place === 'string') return null;
  const [isKept] = await areKept(journal, [place]);
  return isKept ? place : null;
}

/** After a time without endpoints the rows begin with the endpoint that came first. */
function earliest(endpoints: readonly WatchingEndpoint[]): Place | null {
  const places = endpoints.flatMap(({ from }) => (from ? [from] : []));
  return places.reduce<Place | null>(
    (best, place) => (best && best.before.xmin <= place.before.xmin ? best : place),
    null,
  );
}
