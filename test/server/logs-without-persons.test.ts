import { Writable } from 'node:stream';

import { pino } from 'pino';
import { expect, test } from 'vitest';

import { openLog } from '../../src/server/request-log.ts';
import { aFullShop } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { EVERY_ACT } from '../support/every-act.ts';
import { post } from '../support/graphql.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const shop = await aFullShop(await asking(database.database));

let written = '';
const sink = new Writable({
  write(chunk: Buffer, _encoding, done) {
    written += chunk.toString();
    done();
  },
});
// The rules of our log, in a place where the test can read.
const ours = openLog('trace');
const log = pino({ level: 'trace', serializers: ours[pino.symbols.serializersSym as never] }, sink);
const app = await withApp(
  database,
  { RATE_COST_PER_SECOND: '1000000', RATE_COST_BURST: '10000000', LOG_LEVEL: 'trace' },
  { log },
);
const admin = await aKey(database, 'admin');

const CANARY = 'canary-i12';
/** Every text of a person's or a source's own words; ids, words of a list, moments and addresses stay, or nothing would be done. */
const marked = (value: unknown): unknown => {
  if (typeof value === 'string')
    return /^([a-z]{3}_[0-9a-z]{26}|[A-Z_]+|https?:.*|\d{4}-.*|[a-z]+)$/.test(value) ? value : `${CANARY} ${value}`;
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, marked(inner)]));
  return value;
};
const garbled = (value: unknown): unknown =>
  typeof value === 'string'
    ? `${CANARY} ${value}`
    : Array.isArray(value)
      ? value.map(garbled)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, garbled(inner)]))
        : value;

test('I12: neither the log nor the figures hold a word of what any mutation was given, done or refused', async () => {
  const mutations = Object.keys(shop.schema.getMutationType()!.getFields()).filter((name) => EVERY_ACT[name]);
  let done = 0;
  for (const mutation of mutations) {
    const variables = (await EVERY_ACT[mutation]!(shop)) as Record<string, unknown>;
    const document = shop.documentOf(mutation);
    const { body } = await post(app.url, admin.secret, document, marked(variables) as Record<string, unknown>);
    if (body.data?.['payload']) done += 1;
    await post(app.url, admin.secret, document, garbled(variables) as Record<string, unknown>);
  }
  await post(app.url, admin.secret, `{ customerSearch(query: "${CANARY}") { nodes { id } } }`);
  await post(app.url, admin.secret, `{ ${CANARY} `);
  await fetch(`${app.url}/${CANARY}?q=${CANARY}`, { headers: { authorization: `Bearer ${CANARY}` } });
  const figures = await (await fetch(`${app.url}/metrics`)).text();

  expect(done).toBeGreaterThan(mutations.length / 2);
  expect(written.length, 'something is logged').toBeGreaterThan(1_000);
  const lines = written.split('\n').filter((line) => line.includes(CANARY));
  // A path that nobody has is written as it was asked for: it is no word of a person's, but who asked chose it.
  expect(lines.filter((line) => !line.includes(`"path":"/${CANARY}"`))).toEqual([]);
  expect(figures).not.toContain(CANARY);
});
