import { expect, test } from 'vitest';

import { aFullShop } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { listsOf } from '../support/lists-of-graph.ts';
import { withDatabase } from '../support/with-database.ts';

const { database } = await withDatabase();
const shop = await aFullShop(await asking(database));
const anna = await shop.aShopper('anna');

/** Lists of several kinds of rows, and several of one kind. */
const LISTS: Record<string, (after: string) => string> = {
  customers: (after) => `customers(first: 1, after: ${after}) { ...L }`,
  customerSearch: (after) => `customerSearch(query: "canary", first: 1, after: ${after}) { ...L }`,
  conversations: (after) => `conversations(first: 1, after: ${after}) { ...L }`,
  orders: (after) => `orders(first: 1, after: ${after}) { ...L }`,
  apiKeys: (after) => `apiKeys(first: 1, after: ${after}) { ...L }`,
  ...Object.fromEntries(
    ['conversations', 'orders', 'timeline', 'activities'].map((list) => [
      `customer.${list}`,
      (after: string) => `customer(id: "${anna.customerId}") { ${list}(first: 1, after: ${after}) { ...L } }`,
    ]),
  ),
};
const PAGE = 'edges { cursor } pageInfo { hasNextPage startCursor endCursor }';
const ask = async (list: string, after: string | null) => {
  const text = `{ ${LISTS[list]!(after === null ? 'null' : JSON.stringify(after)).replace('...L', PAGE)} }`;
  const { data, errors } = await shop.ask(shop.admin, text);
  let page = (data ?? {}) as Record<string, unknown>;
  for (const name of list.split('.')) page = (page?.[name] ?? {}) as Record<string, unknown>;
  return {
    errors,
    page: page as { edges?: { cursor: string }[]; pageInfo?: { startCursor: string; endCursor: string } },
  };
};

test('a cursor goes on in its own list and is refused in every other one, with what to do', async () => {
  const cursors = new Map<string, string>();
  for (const list of Object.keys(LISTS)) {
    const { page, errors } = await ask(list, null);
    expect([list, errors]).toEqual([list, undefined]);
    const [edge] = page.edges!;
    if (!edge) continue;
    expect(page.pageInfo).toMatchObject({ startCursor: edge.cursor, endCursor: edge.cursor });
    cursors.set(list, edge.cursor);
  }
  expect(cursors.size).toBeGreaterThan(6);
  for (const [from, cursor] of cursors)
    for (const list of Object.keys(LISTS)) {
      const { errors } = await ask(list, cursor);
      const refused = [{ message: '`after` is not a cursor of this list. Take it from `pageInfo.endCursor`.' }];
      if (from === list) expect([list, errors]).toEqual([list, undefined]);
      else expect([from, list, errors]).toMatchObject([from, list, refused]);
    }
  for (const forged of ['', 'x', cursors.get('orders')!.slice(8), `${cursors.get('orders')!.slice(0, 8)}x`])
    expect((await ask('orders', forged)).errors).toHaveLength(1);
});

test('every list of the graph takes a cursor, and so none is without the mark', () => {
  const without = listsOf(shop.schema).filter(({ field }) => !field.args.some(({ name }) => name === 'after'));
  expect(without.map(({ parent, field }) => `${parent.name}.${field.name}`)).toEqual([]);
});
