import fc from 'fast-check';
import type { GraphQLObjectType } from 'graphql';
import { pino } from 'pino';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';

import { ContextMoment } from '../../src/live/context-moment.ts';
import { openLiveEdge } from '../../src/live/live-edge.ts';
import { PackedMoment } from '../../src/live/packed-moment.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';
import { toLiveOperation } from '../../src/server/to-live-operation.ts';
import { purposeSet } from '../../src/services/access/purposes.ts';
import { partOf } from '../../src/services/context/context-statement.ts';
import { placeAt } from '../../src/services/events/cursor.ts';
import { readSnapshot, toSnapshot } from '../../src/services/events/read-events.ts';
import { CONTEXT_SECTIONS } from '../../src/values/context-packet.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import { aFullShop } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { everythingBelow } from '../support/full-documents.ts';
import { aViewer } from '../support/scopes.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database } = await withDatabase();
const shop = await aFullShop(await asking(database));
const anna = await shop.aShopper('anna');
/** All that an event may leave as they are: who the person is, is always read anew. */
const PARTS = [...new Set(CONTEXT_SECTIONS.map(partOf))].filter((part) => part !== 'person');
const place = placeAt(await readSnapshot(database.journal));

test('what is packed comes back exactly, and is joined with what is read anew as if it had never been packed', () => {
  const person = JSON.stringify({ customerId: anna.customerId, version: 7, asOf: {} });
  const aText = fc.string({ unit: 'binary', maxLength: 300 }).map((word) => JSON.stringify({ word, asOf: {} }));
  const someParts = fc.dictionary(fc.constantFrom(...PARTS), aText);
  const read = { texts: { person, orders: '{"asOf":{}}' }, readAt: { snapshot: toSnapshot('9:9:'), atMs: 9_000 } };
  const about = { number: 2, place, begunAt: 90 };

  fc.assert(
    fc.property(someParts, (texts) => {
      const readAt = { snapshot: toSnapshot('5:5:'), atMs: 5_000 };
      const moment = new ContextMoment({
        ...{ number: 1, sections: CONTEXT_SECTIONS, place, begunAt: 50, readAt },
        texts: { ...texts, person },
      });
      const left = moment.without(['person']);
      const packed = new PackedMoment(left);
      const opened = packed.open();

      expect(opened).toEqual(left);
      expect([opened.version, opened.personId]).toEqual([7, anna.customerId]);
      expect(packed.begunAt).toBe(50);
      expect(opened.with(read, about)).toEqual(left.with(read, about));
    }),
  );
});

const everything = (viewer: Viewer) => {
  const type = shop.schema.getType('ContextPacketPayload') as GraphQLObjectType;
  return `subscription ($id: ID!) { contextPackets(customerId: $id) { ${everythingBelow(shop.schema, shop.rights, viewer.rights, 3)(type)} } }`;
};
/** When a part was looked at is another moment on each edge. */
const OF_THE_EDGE = new Set(['asOf', 'cursor']);

type Reader = Awaited<ReturnType<Awaited<ReturnType<typeof anEdge>>>>;

async function anEdge(leftBytes?: number) {
  const edge = await openLiveEdge({
    ...{ database, installation: shop.ground.installation, subscriptions: SUBSCRIPTIONS },
    ...{ log: pino({ level: 'silent' }), checkpointIntervalMs: 600_000, stalledReaderMs: 600_000 },
    ...(leftBytes === undefined ? {} : { leftBytes }),
    onViewerEvent: () => undefined,
  });
  afterAll(() => edge.close());
  return async (viewer: Viewer) => {
    const texts: string[] = [];
    const prepared = shop.prepare({ query: everything(viewer), variables: { id: anna.customerId } }, viewer);
    const stream = await edge.open(
      toLiveOperation(shop.ground, prepared, () => 'request-id'),
      {
        ...{ pendingBytes: 0, send: (text) => texts.push(text), onDrain: () => undefined },
        ...{ fail: (error) => texts.push(`failed: ${String(error)}`), closeStalled: () => undefined },
      },
    );
    await until(() => texts.length, Boolean);
    const packets = () =>
      texts.map(
        (text) =>
          JSON.parse(text, (key, value: unknown) => (OF_THE_EDGE.has(key) ? undefined : value)) as {
            data: { contextPackets: { packet: { causes: unknown[] } } };
          },
      );
    return { packets, end: () => stream.close() };
  };
}

test('packets made from packed states are those made from open ones, for every viewer, when a purpose is withdrawn and a viewer revoked in between', async () => {
  const rests = vi.spyOn(PackedMoment.prototype, 'bytes', 'get');
  const opens = vi.spyOn(PackedMoment.prototype, 'open');
  onTestFinished(() => void vi.restoreAllMocks());
  const [watchOpen, watchPacked] = [await anEdge(), await anEdge(2 ** 20)];
  const viewers = [
    aViewer('admin'),
    aViewer('agent', { agentId: shop.agentIds[0] as never }),
    aViewer('agent', { principal: 'key_for_service', purposes: purposeSet('agent', ['service', 'order_updates']) }),
  ];
  const open: Reader[] = [];
  const packed: Reader[] = [];
  for (const viewer of viewers) {
    open.push(await watchOpen(viewer));
    packed.push(await watchPacked(viewer));
  }
  let watching = [...open, ...packed];
  const causesOf = (reader: Reader) => reader.packets().flatMap(({ data }) => data.contextPackets.packet.causes).length;
  const consent = (state: string) =>
    shop.act('consentSet', {
      customerId: anna.customerId,
      consents: [{ purpose: 'PERSONALISATION', state, source: 'app' }],
    });
  const tag = (name: string) => shop.act('conversationUpdate', { id: anna.conversationId, input: { tags: [name] } });

  /** Lets the state be packed, acts, and waits until all were shown it. */
  async function whilePacked(act: () => Promise<unknown>) {
    rests.mockClear();
    await until(() => rests.mock.calls.length, Boolean);
    const [before, openings] = [causesOf(open[0]!), opens.mock.calls.length];
    await act();
    await until(
      () => watching.map(causesOf),
      (counts) => counts[0]! > before && new Set(counts).size === 1,
    );
    expect(opens.mock.calls.length).toBeGreaterThan(openings);
  }

  await whilePacked(() => tag('one'));
  await whilePacked(() => consent('WITHDRAWN'));
  const revoked = [open[2]!, packed[2]!];
  for (const reader of revoked) reader.end();
  watching = watching.filter((reader) => !revoked.includes(reader));
  const shown = revoked.map((reader) => reader.packets().length);
  await whilePacked(() => tag('two'));
  await whilePacked(() => consent('GRANTED'));

  expect(packed.map((reader) => reader.packets())).toEqual(open.map((reader) => reader.packets()));
  expect(packed[0]!.packets()).toHaveLength(5);
  expect(revoked.map((reader) => reader.packets().length)).toEqual(shown);
  const withdrawn = JSON.stringify(packed[1]!.packets()[3]);
  expect(withdrawn).toContain('CONSENT_WITHDRAWN');
  expect(withdrawn).not.toContain('canary anna search');
  expect(JSON.stringify(packed[1]!.packets()[4])).toContain('canary anna search');
}, 120_000);
