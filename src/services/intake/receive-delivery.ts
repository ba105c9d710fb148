import { createHash } from 'node:crypto';

import { idempotently } from '../access/idempotently.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope } from '../scope.ts';
import { receiveFacts, type ReceivedFacts } from './receive-facts.ts';
import type { SourceFact } from './source-fact.ts';

/** A request to the hook of a connector whose signature was verified. */
export interface SourceDelivery {
  /** The name of the connector. */
  readonly source: string;
  /** The sender's name for the request: the same one again is a redelivery. Null: its bytes are its name. */
  readonly requestId: string | null;
  readonly bytes: Uint8Array;
  readonly facts: readonly SourceFact[];
}

/**
 * Takes everything that a delivery tells, or, with a refusal, nothing of it: one transaction. The same request id with the same bytes is
 * answered as it was the first time; with other bytes it is refused, for one of the two would be lost. A refusal is not remembered.
 */
export async function receiveDelivery(
  scope: Scope,
  installation: Installation,
  { source, requestId, bytes, facts }: SourceDelivery,
): Promise<ReceivedFacts> {
  if (facts.length === 0) return { taken: 0, waiting: 0, quarantined: 0 };
  const digest = createHash('sha256').update(bytes).digest('hex');
  const act = { mutation: 'delivery', key: requestId ?? `sha256:${digest}`, input: digest, forgetsRefusals: true };
  const { ids } = await idempotently(scope, installation, act, async (tx) => {
    const { taken, waiting, quarantined } = await receiveFacts(tx, source, facts);
    return { taken: String(taken), waiting: String(waiting), quarantined: String(quarantined) };
  });
  // A delivery that was kept before there was a quarantine has none.
  const { taken, waiting, quarantined = '0' } = ids as { taken: string; waiting: string; quarantined?: string };
  return { taken: Number(taken), waiting: Number(waiting), quarantined: Number(quarantined) };
}
