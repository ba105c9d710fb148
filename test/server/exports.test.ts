import { beforeAll, expect, test } from 'vitest';

import { aFullShop, type Shopper } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { canaryScan } from '../support/byte-scan.ts';
import { post } from '../support/graphql.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const shop = await aFullShop(await asking(database.database));
const app = await withApp(database);
const admin = await aKey(database, 'admin');
const agent = await aKey(database, 'agent');
const SCRIPT = `<script>alert("x")</script>'&`;

let anna: Shopper;
let berta: Shopper;
let annasKey: { secret: string };

beforeAll(async () => {
  [anna, berta] = [await shop.aShopper('anna'), await shop.aShopper('berta')];
  annasKey = await aKey(database, 'customer', { customerId: anna.customerId });
  await shop.act('noteAdd', { id: anna.conversationId, input: { text: SCRIPT } });
});

const fetched = (path: string, secret: string | null = admin.secret) =>
  fetch(`${app.url}${path}`, secret === null ? {} : { headers: { authorization: `Bearer ${secret}` } });
const pathOf = ({ customerId }: Pick<Shopper, 'customerId'>, form: string) => `/exports/${customerId}.${form}`;

type Exported = Readonly<Record<string, Record<string, unknown>[]>> & { customerIds: string[] };
const jsonOf = async (who: Pick<Shopper, 'customerId'>) =>
  (await (await fetched(pathOf(who, 'json'))).json()) as Exported;

const CANARIES = [
  'text 0',
  'subject',
  'given',
  'trait',
  'reply',
  'note',
  'summary',
  'search',
  'review',
  'line',
  'street',
  'reason',
];
const ofAnna = CANARIES.map((what) => `canary anna ${what}`);

test('I11: an export has everything of a person that is found anywhere, and nothing of anybody else', async () => {
  const answer = await fetched(pathOf(anna, 'json'));
  const text = await answer.text();

  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
  expect(ofAnna.filter((canary) => !text.includes(canary))).toEqual([]);
  expect(/berta/i.exec(text)).toBeNull();
  expect([berta.customerId, berta.conversationId, berta.orderId].filter((id) => text.includes(id))).toEqual([]);
  // Whatever table has a canary of hers stands in it, besides what is made of the rest for search.
  const found = await canaryScan(ofAnna).inRows(sql);
  const tables = new Set(found.map((each) => /public\.(\w+):/.exec(each)![1]));
  const told = JSON.parse(text) as Exported;
  const rowsOf = async (table: string) =>
    (await sql<{ n: number }[]>`select count(*)::int as n from ${sql(table)} t where t::text like '%canary anna%'`)[0]!
      .n;
  for (const [table, section] of Object.entries({
    messages: 'messages',
    activities: 'activities',
    order_facts: 'orderFacts',
    handoffs: 'handoffs',
  })) {
    expect(tables).toContain(table);
    expect(told[section]!.filter((row) => JSON.stringify(row).includes('canary anna'))).toHaveLength(
      await rowsOf(table),
    );
  }
});

test('of a thread with others it has only theirs', async () => {
  const [before, others] = await Promise.all([jsonOf(anna), jsonOf(berta)]);
  // As it is left by a merge that was taken back: a message of one in a conversation of the other.
  await sql`update messages set conversation_id = ${anna.conversationId} where id = ${berta.messageIds[0]!}`;
  const [after, othersAfter] = await Promise.all([jsonOf(anna), jsonOf(berta)]);
  await sql`update messages set conversation_id = ${berta.conversationId} where id = ${berta.messageIds[0]!}`;

  expect(after['messages']).toEqual(before['messages']);
  expect(othersAfter['messages']!.map(({ id }) => id)).toEqual(others['messages']!.map(({ id }) => id));
});

test('one who was linked is in it, under whichever id it is asked for, and is not when the link is taken back', async () => {
  await sql`insert into person_links (member_id, person_id, linked_at) values (${berta.customerId}, ${anna.customerId}, now())`;
  const [byPerson, byMember] = await Promise.all([jsonOf(anna), jsonOf(berta)]);
  await sql`delete from person_links where member_id = ${berta.customerId}`;

  expect(byPerson.customerIds).toEqual([anna.customerId, berta.customerId]);
  expect(JSON.stringify(byPerson['messages'])).toContain('canary berta text 0');
  expect({ ...byMember, exportedAt: null }).toEqual({ ...byPerson, exportedAt: null });
  expect((await jsonOf(anna)).customerIds).toEqual([anna.customerId]);
});

test('the page needs nothing besides itself, and what somebody wrote is text in it', async () => {
  const answer = await fetched(pathOf(anna, 'html'));
  const page = await answer.text();

  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page).toContain('name="viewport"');
  expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&amp;');
  expect(/<script|<img|<link|src=|href=/i.exec(page)).toBeNull();
  expect(ofAnna.filter((canary) => !page.includes(canary))).toEqual([]);
  expect(/berta/i.exec(page)).toBeNull();
});

test('a customer has their own, and nobody else’s; an agent has none; a stranger is not let in', async () => {
  expect((await fetched(pathOf(anna, 'json'), annasKey.secret)).status).toBe(200);
  expect((await fetched(pathOf(berta, 'json'), annasKey.secret)).status).toBe(404);
  expect((await fetched(pathOf(anna, 'json'), agent.secret)).status).toBe(403);
  expect((await fetched(pathOf(anna, 'json'), null)).status).toBe(401);
  expect((await fetched('/exports/cus_00000000000000000000000000.json')).status).toBe(404);
  expect((await fetched(pathOf(anna, 'pdf'))).status).toBe(404);
});

test('a link is good without a key, for whom and for as long as it was made', async () => {
  const { body } = await post(
    app.url,
    annasKey.secret,
    'query ($id: ID!) { customerExport(customerId: $id) { jsonPath htmlPath expiresAt } }',
    { id: anna.customerId },
  );
  const { jsonPath } = body.data!['customerExport'] as unknown as { jsonPath: string };

  expect((await fetched(jsonPath, null)).status).toBe(200);
  expect((await fetched(jsonPath.replace(anna.customerId, berta.customerId), null)).status).toBe(401);
  expect((await fetched(jsonPath.replace(/expires=\d+/, 'expires=9999999999'), null)).status).toBe(401);
  const others = await post(
    app.url,
    annasKey.secret,
    'query ($id: ID!) { customerExport(customerId: $id) { jsonPath } }',
    {
      id: berta.customerId,
    },
  );
  expect(others.body.data).toEqual({ customerExport: null });
});

test('an erased person has no export any more', async () => {
  await shop.act('erasureRequest', { customerId: berta.customerId });

  expect((await fetched(pathOf(berta, 'json'))).status).toBe(404);
});
