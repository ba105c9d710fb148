import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Hub } from '../../src/live/hub.ts';
import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { placeAt, type Place } from '../../src/services/events/cursor.ts';
import { areKept, readBatch, readMissed, readSnapshot } from '../../src/services/events/read-events.ts';
import { readMissedOfMany, type Missed } from '../../src/services/events/read-missed-of-many.ts';
import { aScope } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();

const say = (stream: string, topics: string[] = []) =>
  atomically(aScope(database), (tx) => {
    recordFact(tx, { type: 'customer.updated', streams: [stream], topics });
    return Promise.resolve();
  });

const STREAMS = ['customer:a', 'customer:b', 'customer:c'];
const shown = (missed: Missed | null) => missed?.map(({ event, place }) => ({ event: event.position, ...place }));

/** A journal of 40 events that two readers read in batches of their own, and every place that these batches had. */
async function aHistory(sizes: readonly number[]) {
  const beginning = await readSnapshot(sql);
  const hub = new Hub(beginning);
  const places: Place[] = [placeAt(beginning)];
  let here = beginning;
  for (const [index, size] of sizes.entries()) {
    await Promise.all(Array.from({ length: size }, (_, i) => say(STREAMS[(index + i) % 3]!)));
    const batch = await readBatch(sql, here);
    for (const { position } of batch.events) places.push({ before: batch.before, after: batch.after, position });
    places.push(placeAt(batch.after));
    here = batch.after;
    // The hub hears of two of these batches at a time: other places than those that it made itself.
    if (index % 2 === 1) hub.publish(await readBatch(sql, hub.place.snapshot));
  }
  hub.publish(await readBatch(sql, hub.place.snapshot));
  return { hub, places };
}

test('memory, the journal for one and the journal for many tell every reader the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 3, maxLength: 6 }),
      fc.integer({ min: 1, max: 12 }),
      async (sizes, limit) => {
        const { hub, places } = await aHistory(sizes);
        const until = hub.place.snapshot;
        const questions = places.flatMap((place) => STREAMS.map((stream) => ({ place, until, stream, limit })));

        const ofMany = await readMissedOfMany(sql, questions);

        for (const [index, { place, stream }] of questions.entries()) {
          const interest = { streams: [stream], topics: [] };
          const ofOne = shown(await readMissed(sql, place, { until, interest, limit }));
          expect(shown(ofMany[index]!)).toEqual(ofOne);
          expect(shown(hub.missed(place, new Set([stream])))?.slice(0, limit)).toEqual(ofOne);
        }
      },
    ),
    { numRuns: 8 },
  );
});

test('memory says so when it does not reach back to a place', async () => {
  const before = await readSnapshot(sql);
  await say('customer:a');
  const hub = new Hub(await readSnapshot(sql));

  expect(hub.missed(placeAt(before), new Set(['customer:a']))).toBeNull();
  expect(hub.missed(placeAt(hub.place.snapshot), new Set(['customer:a']))).toEqual([]);
});

test('memory forgets the oldest, of every key, and then says so', async () => {
  const beginning = await readSnapshot(sql);
  const hub = new Hub(beginning);
  await say('customer:old', ['old']);
  const first = await readBatch(sql, beginning);
  hub.publish(first);
  expect(hub.missed(placeAt(beginning), new Set(['customer:old']))).toHaveLength(1);

  const [event] = first.events;
  const many = Array.from({ length: 5_000 }, (_, i) => ({
    ...event!,
    position: i,
    streams: ['customer:new'],
    topics: [],
  }));
  hub.publish({ before: first.after, after: await readSnapshot(sql), events: many });

  expect(hub.missed(placeAt(beginning), new Set(['customer:old']))).toBeNull();
  expect(hub.missed(placeAt(hub.place.snapshot), new Set(['customer:old', 'old', 'customer:new']))).toEqual([]);
});

test('of many places it is known at once which are kept, and one from the future is not', async () => {
  const now = await readSnapshot(sql);
  const future = { ...now, xmax: now.xmax + 1_000_000n, text: `${now.xmin}:${now.xmax + 1_000_000n}:` };

  expect(await areKept(sql, [placeAt(now), placeAt(future), placeAt(now)])).toEqual([true, false, true]);
});
