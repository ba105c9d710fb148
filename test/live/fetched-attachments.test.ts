import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, expect, test } from 'vitest';

import { aPicture, aProgram, download, withDataDir } from '../support/attachments.ts';
import { post } from '../support/graphql.ts';
import { anInboxWithHook, postHook, signed } from '../support/hooks.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;

/** A channel that keeps files for us. `asked` counts by path. */
const asked = new Map<string, number>();
const channel = createServer((request, response) => {
  const path = request.url!;
  asked.set(path, (asked.get(path) ?? 0) + 1);
  if (path === '/lamp.png') return void response.setHeader('content-type', 'text/html').end(aPicture('lamp'));
  if (path === '/late.png')
    return void (asked.get(path)! < 3 ? response.writeHead(503).end() : response.end(aPicture('late')));
  if (path === '/setup.png') return void response.end(aProgram());
  if (path === '/endless.png') {
    const more = () => void (response.destroyed || response.write(Buffer.alloc(65_536)) ? setImmediate(more) : null);
    response.on('drain', more);
    return more();
  }
  if (path === '/cut.png')
    return void response.writeHead(200, { 'content-length': 500 }).write('half', () => response.destroy());
  if (path === '/silent.png') return undefined;
  if (path === '/moved.png') return void response.writeHead(302, { location: '/lamp.png' }).end();
  if (path === '/inside.png') return void response.writeHead(302, { location: canaryUrl }).end();
  if (path === '/round.png') return void response.writeHead(302, { location: '/round.png' }).end();
  return void response.writeHead(404).end();
});
let accepts = 0;
const canary = createServer((_request, response) => void response.end(aPicture('secret')));
canary.on('connection', () => (accepts += 1));
for (const server of [channel, canary]) {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
}
const portOf = (server: typeof canary) => (server.address() as AddressInfo).port;
const url = (path: string) => `http://127.0.0.1:${portOf(channel)}${path}`;
const canaryUrl = `http://127.0.0.1:${portOf(canary)}/secret.png`;

const app = await withApp(database, {
  DATA_DIR: withDataDir(),
  OUTBOUND_ALLOW: `127.0.0.1:${portOf(channel)}`,
  ATTACHMENT_FETCH_DEADLINE_MS: '2000',
  MAX_ATTACHMENT_BYTES: '100000',
  DELIVERY_RETRY_BASE_MS: '10',
  DELIVERY_TRIES: '3',
  // The tests look again and again.
  ...{ RATE_COST_PER_SECOND: '1000000', RATE_COST_BURST: '10000000' },
});
const inbox = await anInboxWithHook(database, { channel: 'whatsapp', externalId: 'wa' });
const agent = await aKey(database, 'agent');

let count = 0;
async function receive(attachments: unknown) {
  const body = JSON.stringify({
    ...{ type: 'message', externalId: `wa-${(count += 1)}`, sender: { kind: 'phone', value: '+358401234567' } },
    ...{ text: 'See the picture.', occurredAt: new Date().toISOString(), attachments },
  });
  return postHook(`${app.url}${inbox.path}`, signed(inbox.secret, body), body);
}
interface File {
  id: string;
  filename: string;
  contentType: string;
  sizeBytes: number;
  state: string;
}
async function filesOf(messageId: string): Promise<File[]> {
  const query =
    'query ($id: ID!) { node(id: $id) { ... on Message { attachments { id filename contentType sizeBytes state } } } }';
  const { body } = await post(app.url, agent.secret, query, { id: messageId });
  return (body.data!['node'] as unknown as { attachments: File[] }).attachments;
}
const fetched = async (attachments: { url: string; filename?: string }[]) => {
  const { body } = await receive(attachments);
  const messageId = String(body['messageId']);
  return until(
    () => filesOf(messageId),
    (files) => files.length > 0 && files.every(({ state }) => state !== 'FETCHING'),
  );
};

test('E15: files that a hook names are fetched after the answer and kept by what their bytes are', async () => {
  const [lamp, renamed, moved] = await fetched([
    { url: url('/lamp.png') },
    { url: url('/lamp.png'), filename: '../../hall.exe' },
    { url: url('/moved.png') },
  ]);

  const picture = { contentType: 'image/png', sizeBytes: aPicture('lamp').length, state: 'UNCHECKED' };
  expect(lamp).toMatchObject({ filename: 'lamp.png', ...picture });
  expect(renamed).toMatchObject({ filename: 'hall.exe.png', ...picture });
  expect(moved).toMatchObject({ filename: 'moved.png', ...picture });
  const answer = await download(app.url, agent.secret, lamp!.id);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(aPicture('lamp'));
  const told = await sql`
    select details ->> 'state' as state from events
    where type = 'attachment.fetched' and details ->> 'attachmentId' = ${lamp!.id}`;
  expect(told).toEqual([{ state: 'unchecked' }]);
  expect(await sql`select id from attachments where source_url is not null`).toEqual([]);
  // Packets say how many there are and of which kinds, and nothing else.
  const query = `query ($kind: IdentityKind!, $value: String!) { customerByIdentity(kind: $kind, value: $value) { id } }`;
  const variables = { kind: 'PHONE', value: '+358401234567' };
  const { body } = await post(app.url, agent.secret, query, variables);
  const { id } = body.data!['customerByIdentity'] as unknown as { id: string };
  const packet = await post(
    app.url,
    agent.secret,
    'query ($id: ID!) { contextPacket(customerId: $id) { conversations { messages { attachmentTypes } } } }',
    { id },
  );
  expect(packet.body.data!['contextPacket']).toEqual({
    conversations: [{ messages: [{ attachmentTypes: ['image/png', 'image/png', 'image/png'] }] }],
  });
});

test('what is not there yet is asked for again; what never comes is FAILED', async () => {
  const files = await fetched(
    ['/late.png', '/none.png', '/cut.png', '/silent.png'].map((path) => ({ url: url(path) })),
  );

  expect(files.map(({ state }) => state)).toEqual(['UNCHECKED', 'FAILED', 'FAILED', 'FAILED']);
  expect([asked.get('/late.png'), asked.get('/none.png')]).toEqual([3, 3]);
});

test('what is too large or of a type that is not taken is REFUSED, asked for once, and not kept', async () => {
  const files = await fetched(['/endless.png', '/setup.png'].map((path) => ({ url: url(path) })));

  expect(files.map(({ state }) => state)).toEqual(['REFUSED', 'REFUSED']);
  expect([asked.get('/endless.png'), asked.get('/setup.png')]).toEqual([1, 1]);
});

test('F14 to F18: no URL and no redirect leads to a place of ours', async () => {
  const port = portOf(canary);
  const files = await fetched(
    [
      ...[canaryUrl, `http://localhost:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`, `https://2130706433:${port}/`],
      ...[`http://user:word@127.0.0.1:${port}/`, 'https://169.254.169.254/latest/meta-data', 'https://127.0.0.1:5432/'],
      ...[url('/inside.png'), url('/round.png')],
    ].map((one) => ({ url: one })),
  );

  expect(files.map(({ state }) => state)).toEqual(files.map(() => 'FAILED'));
  expect(accepts).toBe(0);
  expect(asked.get('/round.png')).toBe(4);
});

test.each([
  [[{ url: 'file:///etc/passwd' }], ['attachments', '0', 'url']],
  [[{ url: 'lamp.png' }], ['attachments', '0', 'url']],
  [[{ url: `https://shop.example/${'x'.repeat(2_000)}` }], ['attachments', '0', 'url']],
  [[{ url: 5 }], ['attachments', '0', 'url']],
  [[{ url: 'https://shop.example/', header: 'x' }], ['attachments', '0', 'header']],
  ['https://shop.example/', ['attachments']],
  [Array.from({ length: 11 }, () => ({ url: 'https://shop.example/' })), ['attachments']],
])('a list of files that cannot be right is refused whole', async (attachments, field) => {
  const [before] = await sql`select count(*)::int as n from messages`;

  const answer = await receive(attachments);

  expect([answer.status, answer.body.code, answer.body.field]).toEqual([422, 'INVALID_INPUT', field]);
  expect(await sql`select count(*)::int as n from messages`).toEqual([before]);
});
