import type { ActivityKind } from '../../values/vocabulary.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import { watchedAmong } from './packet-watches.ts';
import type { TransactionScope } from '../scope.ts';
import type { WrittenActivity } from './arriving-activity.ts';

/** Ids in one fact; who wants more reads the list. */
const MOST_NAMED = 20;
/** Rare, and they matter to whoever follows the journal: told whether or not a packet is watched. */
const ALWAYS_TOLD: ReadonlySet<ActivityKind> = new Set(['review', 'survey_answer']);

/**
 * Names one fact for each person whose packet is watched, however many activities the batch holds of it; for the others nothing.
 * The watches are read by a statement of their own, after the rows were written: a process that watches later than this finds the
 * transaction among those still running and looks again when it has ended (src/live/packet-watches.ts).
 */
export async function nameActivities(tx: TransactionScope, written: readonly WrittenActivity[]): Promise<void> {
  if (written.length === 0) return;
  const ids = written.flatMap(({ customerId, personId }) => [customerId, personId]);
  const watched = await watchedAmong(tx.db.sql, ids);
  for (const [personId, activities] of Map.groupBy(written, (activity) => activity.personId)) {
    const isWatched = watched.has(personId) || activities.some(({ customerId }) => watched.has(customerId));
    const told = isWatched ? activities : activities.filter(({ kind }) => ALWAYS_TOLD.has(kind));
    if (told.length === 0) continue;
    const kinds = Object.fromEntries(
      [...Map.groupBy(told, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length]),
    );
    recordFact(tx, {
      type: 'activity.recorded',
      streams: [stream.customer(personId)],
      occurredAt: new Date(Math.max(...told.map(({ occurredAt }) => occurredAt.getTime()))),
      details: { customerId: personId, kinds, activityIds: told.slice(0, MOST_NAMED).map(({ id }) => id) },
    });
  }
}
