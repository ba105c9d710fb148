import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';

import { startSegments } from '../../src/live/keep-segments.ts';
import { openLiveEdge } from '../../src/live/live-edge.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';
import { setTraits } from '../../src/services/customers/set-traits.ts';
import { upsertCustomer } from '../../src/services/customers/upsert-customer.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { createSegment } from '../../src/services/segments/write-segment.ts';
import type { ContextState } from '../../src/values/context-packet.ts';
import { journalOf } from '../support/journal.ts';
import { aScope } from '../support/scopes.ts';
import { SinkReader } from '../support/sink-reader.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const installation = await readInstallation(sql);
const log = pino({ level: 'silent' });
const edge = await openLiveEdge({
  ...{ database, installation, subscriptions: SUBSCRIPTIONS, log },
  ...{ checkpointIntervalMs: 60_000, stalledReaderMs: 10_000, onViewerEvent: () => undefined },
});
/** Two processes look; one works. */
const workers = [startSegments({ database, installation, log }), startSegments({ database, installation, log })];
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  await edge.close();
});
const scope = aScope(database);

interface Payload {
  cursor: string;
  packet: (ContextState & { causes: { type: string }[] }) | null;
}

test('whoever watches a person sees them enter a segment and leave it, by themselves and once', async () => {
  const identities = [{ kind: 'loyalty_id' as const, value: 'L-1' }];
  const { personId } = await upsertCustomer(scope, { identities, source: 'crm', occurredAt: scope.now });
  const args = { customerId: personId };
  const reader = new SinkReader<Payload>({ field: 'contextPackets', args, shareKey: personId });
  await edge.open(reader.operation, reader);
  const last = () => reader.payloads.flatMap(({ packet }) => packet ?? []).at(-1);
  const namesAre = (names: readonly string[]) =>
    until(
      () => last()?.profile.segments.map(({ name }) => name),
      (seen) => JSON.stringify(seen) === JSON.stringify(names),
    );
  const vip = (value: boolean, minutes: number) =>
    setTraits(scope, personId, [
      {
        ...{ key: 'vip', trait: { kind: 'boolean', value }, source: 'crm' },
        occurredAt: new Date(scope.now.getTime() + minutes * 60_000),
      },
    ]);
  await namesAre([]);
  const id = await createSegment(scope, { name: 'VIP', filter: { trait: { key: 'vip', boolean: true } } });

  await vip(true, 1);
  await namesAre(['VIP']);
  await vip(false, 2);
  await namesAre([]);

  const told = (await journalOf(sql, `customer:${personId}`)).filter(({ details }) => details['segmentId'] === id);
  expect(told.map(({ type }) => type)).toEqual(['customer.segment_entered', 'customer.segment_left']);
  expect(told.every(({ topics }) => topics.includes(`segment-members:${id}`))).toBe(true);
});
