import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { hearSources } from '../events/hear-sources.ts';
import { sourceFact } from '../events/source-fact.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { Poll, PolledParcel } from './poll.ts';
import { receiveFacts } from './receive-facts.ts';
import type { SourceFact } from './source-fact.ts';

/** So many rounds in a row without any answer, and the carrier is as good as silent. */
const STALE_AFTER = 3;
const FIRST_PAUSE_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 3_600;

/** Takes what a carrier answered about a parcel: all of it or, with a refusal, nothing, and then it is asked again. */
export async function recordAnswer(
  scope: Scope,
  { connectorId, name }: Poll,
  { shipmentId }: PolledParcel,
  facts: readonly SourceFact[],
): Promise<void> {
  requireRight(scope.viewer, 'connectors:write');
  await atomically(scope, async (tx) => {
    await receiveFacts(tx, name, facts);
    await tx.db.sql`
      insert into polled_parcels (connector_id, shipment_id, asked_at)
      select connector_id, ${shipmentId}, now() from polls where connector_id = ${connectorId}
      on conflict (connector_id, shipment_id) do update set asked_at = excluded.asked_at`;
  });
}

/** How a round ended. */
export interface Round {
  /** True: nothing was answered, whatever was asked. */
  readonly isFailed: boolean;
  /** True: there is more to ask at once. */
  readonly hasMore: boolean;
  /** The carrier's wish not to be asked for so long. Null: none. */
  readonly retryAfterMs: number | null;
}

/**
 * Plans the next round: as agreed, or after a failure soon and then ever later, give or take a quarter, so that carriers that fail together are
 * not asked together. Failing again and again is told as silence is; the first answer lets the source recover.
 */
export async function recordRound(scope: Scope, { connectorId, name }: Poll, round: Round): Promise<void> {
  requireRight(scope.viewer, 'connectors:write');
  await atomically(scope, async (tx) => {
    const [poll] = await tx.db.sql<{ failures: number; everySeconds: number }[]>`
      select failures, every_seconds from polls where connector_id = ${connectorId} for no key update`;
    if (!poll) return;
    const failures = round.isFailed ? poll.failures + 1 : 0;
    const seconds = Math.max(pauseSeconds(round, { ...poll, failures }), (round.retryAfterMs ?? 0) / 1_000);
    await tx.db.sql`
      update polls set failures = ${failures}, asked_at = now(), next_at = now() + make_interval(secs => ${seconds})
      where connector_id = ${connectorId}`;
    if (!round.isFailed) await hearSources(tx, 'tracking', [name]);
    else if (failures >= STALE_AFTER) await tellStale(tx, name);
  });
}

function pauseSeconds(
  { isFailed, hasMore }: Round,
  { failures, everySeconds }: { failures: number; everySeconds: number },
): number {
  if (!isFailed) return hasMore ? 0 : everySeconds;
  const pause = Math.min(FIRST_PAUSE_SECONDS * 2 ** (failures - 1), Math.max(LONGEST_PAUSE_SECONDS, everySeconds));
  return pause * (0.75 + Math.random() / 2);
}

async function tellStale(tx: TransactionScope, name: string): Promise<void> {
  const told = await tx.db.sql`
    update sources set stale_since = ${tx.now} where kind = 'tracking' and name = ${name} and stale_since is null`;
  if (told.count > 0) recordFact(tx, sourceFact('source.stale', 'tracking', name));
}
