import { expect, test, vi } from 'vitest';

import { aFullShop } from '../support/a-full-shop.ts';
import { asking, type Reply } from '../support/asking.ts';
import { EVERY_ACT } from '../support/every-act.ts';
import { withDatabase } from '../support/with-database.ts';

vi.setConfig({ testTimeout: 60_000 });

const { database } = await withDatabase();
const shop = await aFullShop(await asking(database));
const anna = await shop.aShopper('anna');

/** What adds a row to each list of the graph, and what the list must be given. A list without a line here fails. */
const LISTS: Record<string, { act: string; args?: string }> = {
  agents: { act: 'agentUpsert' },
  apiKeys: { act: 'apiKeyCreate' },
  availability: { act: 'locationUpsert', args: 'sku: "LAMP"' },
  conversations: { act: 'messageReceive' },
  customerSearch: { act: 'customerUpsert', args: 'query: "canary"' },
  customers: { act: 'customerUpsert' },
  inboxes: { act: 'inboxCreate' },
  locations: { act: 'locationUpsert' },
  orders: { act: 'orderFactsRecord' },
  partners: { act: 'partnerCreate' },
  products: { act: 'productUpsert' },
  routingDecisions: { act: 'conversationRoute' },
  teams: { act: 'teamUpsert' },
};
const lists = Object.values(shop.schema.getQueryType()!.getFields())
  .filter(({ type }) => /Connection!?$/.test(String(type)))
  .map(({ name }) => name);

interface Listed {
  readonly edges: readonly { readonly cursor: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
const pageOf = (reply: Reply, list: string): Listed => {
  if (reply.errors) throw new Error(JSON.stringify(reply.errors));
  return reply.data![list] as unknown as Listed;
};
// A cursor names the row and its place, so it serves for lists whose rows have no id.
const read = async (list: string, first: number, after: string | null) => {
  const { args } = LISTS[list]!;
  const query = `query ($first: Int, $after: String) { ${list}(${args ? `${args}, ` : ''}first: $first, after: $after) { edges { cursor } pageInfo { hasNextPage endCursor } } }`;
  return pageOf(await shop.ask(shop.admin, query, { first, after }), list);
};

test('every list of the graph has a line here', () => {
  expect(Object.keys(LISTS).sort()).toEqual(lists.sort());
});

test.each(lists)(
  'X19: over the pages of %s while rows are added, each comes once and none that was there is missed',
  async (list) => {
    const add = async () => void (await shop.act(LISTS[list]!.act, await EVERY_ACT[LISTS[list]!.act]!(shop)));
    for (let i = 0; i < 5; i += 1) await add();
    const before = (await read(list, 100, null)).edges.map(({ cursor }) => cursor);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const [page]: [Listed, void] = await Promise.all([read(list, 2, after), add()]);
      seen.push(...page.edges.map(({ cursor }) => cursor));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null && seen.length < 200);

    expect(new Set(seen).size).toBe(seen.length);
    expect(before.filter((cursor) => !seen.includes(cursor))).toEqual([]);
  },
);

test('C2: a cursor with edited bytes, or of something else, is refused; none opens what is not one’s own', async () => {
  const [own] = (await read('conversations', 1, null)).edges;
  const edited = [...own!.cursor].map((_, i) => `${own!.cursor.slice(0, i)}*${own!.cursor.slice(i + 1)}`);
  for (const list of lists)
    for (const cursor of [
      '',
      'null',
      anna.conversationId,
      Buffer.from("1|0|x' or true").toString('base64url'),
      `${own!.cursor}AAAA%`,
    ]) {
      const { args } = LISTS[list]!;
      const query = `query ($after: String) { ${list}(${args ? `${args}, ` : ''}first: 1, after: $after) { edges { cursor } } }`;
      const { errors } = await shop.ask(shop.admin, query, { after: cursor });
      expect([list, cursor, errors?.[0]?.extensions['code']]).toEqual([list, cursor, 'BAD_USER_INPUT']);
    }
  for (const cursor of edited) {
    const { errors } = await shop.ask(
      shop.admin,
      'query ($after: String) { conversations(after: $after) { edges { cursor } } }',
      { after: cursor },
    );
    expect(errors?.map(({ extensions }) => extensions['code']) ?? ['BAD_USER_INPUT']).toEqual(['BAD_USER_INPUT']);
  }
  expect(shop.bugs).toEqual([]);
});
