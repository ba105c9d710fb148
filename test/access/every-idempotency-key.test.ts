import { expect, test } from 'vitest';

import { forgetIdempotencyKeys } from '../../src/services/access/forget-idempotency-keys.ts';
import { aFullShop, type Payload } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { EVERY_ACT } from '../support/every-act.ts';
import { aViewer } from '../support/scopes.ts';
import { tableCounts, tableDigests } from '../support/table-digests.ts';
import { withDatabase } from '../support/with-database.ts';

// Fifty copies of every mutation.
const { database, sql } = await withDatabase();
const shop = await aFullShop(await asking(database));
const mutations = Object.values(shop.schema.getMutationType()!.getFields());
const withKey = mutations
  .filter(({ args }) => args.some(({ name }) => name === 'idempotencyKey'))
  .map(({ name }) => name);
/** Shown once: in one answer of many. */
const SECRETS = ['token', 'secret', 'hookSecret', 'bridgeSecret'];
/** Documented to tell a repeat from the first. */
const TELLS_REPEATS = new Set(['isRepeat', 'isRedelivery']);
/** A visitor's next token is good for so long from now: copies may be answered in two seconds. */
const OF_THE_ANSWER = new Set(['expiresAt']);

const send = async (mutation: string, variables: object, viewer = shop.admin): Promise<Payload> => {
  const { data, errors } = await shop.ask(viewer, shop.documentOf(mutation), { ...variables });
  if (errors) throw new Error(JSON.stringify(errors));
  return data!['payload'] as unknown as Payload;
};
const sameForAll = (payload: Payload) =>
  JSON.stringify(payload, (name, value: unknown) =>
    SECRETS.includes(name) || TELLS_REPEATS.has(name) || OF_THE_ANSWER.has(name) ? undefined : value,
  );
const difference = (before: Record<string, number>, after: Record<string, number>) =>
  Object.fromEntries(
    Object.entries(after)
      .map(([table, count]) => [table, count - (before[table] ?? 0)] as const)
      .filter(([, more]) => more !== 0),
  );
async function effectOf(work: () => Promise<unknown>) {
  const before = await tableCounts(sql);
  await work();
  return difference(before, await tableCounts(sql));
}

test('every mutation of the schema has a row in the table of acts', () => {
  expect(Object.keys(EVERY_ACT).sort()).toEqual(mutations.map(({ name }) => name).sort());
});

test.each(withKey)(
  'X1: %s sent fifty times at once has the effect of one, and every copy is answered alike',
  async (name) => {
    const [warm, once, often] = [
      await EVERY_ACT[name]!(shop),
      await EVERY_ACT[name]!(shop),
      await EVERY_ACT[name]!(shop),
    ];
    // The first of a source or a channel makes rows that later ones find.
    await send(name, warm);
    const effect = await effectOf(() => send(name, { ...once, idempotencyKey: `once-${name}` }));
    expect(effect).not.toEqual({});

    let payloads: Payload[] = [];
    const effectOfMany = await effectOf(async () => {
      const copies = Array.from({ length: 50 }, () => send(name, { ...often, idempotencyKey: `often-${name}` }));
      payloads = await Promise.all(copies);
    });

    expect(payloads[0]!.userErrors).toEqual([]);
    expect(new Set(payloads.map((payload) => sameForAll(payload))).size).toBe(1);
    for (const secret of SECRETS.filter((field) => field in payloads[0]!))
      expect(
        payloads.filter((payload) => payload[secret as keyof Payload] !== null).length,
        secret,
      ).toBeLessThanOrEqual(1);
    expect(effectOfMany).toEqual(effect);
  },
);

test.each(withKey)(
  'X2: the key of %s with another body is refused and changes nothing, and is free to others',
  async (name) => {
    const [first, other] = [await EVERY_ACT[name]!(shop), await EVERY_ACT[name]!(shop)];
    const idempotencyKey = 'one key for all mutations';
    expect((await send(name, { ...first, idempotencyKey })).userErrors).toEqual([]);
    const before = await tableDigests(sql);

    const refused = await send(name, { ...other, idempotencyKey });

    expect(refused.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] }]);
    expect(
      Object.entries(refused as object).filter(([field, value]) => field !== 'userErrors' && value !== null),
    ).toEqual([]);
    expect(await tableDigests(sql)).toEqual(before);
    const somebodyElse = aViewer('admin', { principal: 'system:else' });
    const theirs = await effectOf(async () =>
      expect((await send(name, { ...other, idempotencyKey }, somebodyElse)).userErrors).toEqual([]),
    );
    expect(theirs).not.toEqual({});
  },
);

test('X5: a key that retention has swept away acts anew; one that is younger does not', async () => {
  const idempotencyKey = 'swept';
  const variables = { ...(await EVERY_ACT['noteAdd']!(shop)), idempotencyKey };
  const [first, repeat] = [await send('noteAdd', variables), await send('noteAdd', variables)];
  expect(repeat).toEqual(first);
  expect(await forgetIdempotencyKeys(sql, new Date(Date.now() - 3_600_000))).toMatchObject({ removed: 0 });
  expect((await send('noteAdd', variables)).note.id).toBe(first.note.id);

  await forgetIdempotencyKeys(sql, new Date(Date.now() + 1_000));

  const anew = await send('noteAdd', variables);
  expect(anew.userErrors).toEqual([]);
  expect(anew.note.id).not.toBe(first.note.id);
});

test('nothing of all this was an error of ours', () => {
  expect(shop.bugs).toEqual([]);
});
