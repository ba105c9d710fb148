import { request as httpRequest } from 'node:http';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, expect, test } from 'vitest';

import { openDirectoryStore } from '../../src/services/conversations/directory-store.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { eraseAttachments, sweepBytes } from '../../src/services/conversations/forget-attachments.ts';
import { atomically } from '../../src/services/events/atomically.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { aPicture, aProgram, download, filesBelow, upload, withDataDir } from '../support/attachments.ts';
import { post } from '../support/graphql.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const dataDir = withDataDir();
const files = () => filesBelow(join(dataDir, 'attachments'));
const isIncoming = () => files().some((name) => name.startsWith('incoming'));
const MOST = 100_000;
const app = await withApp(database, { DATA_DIR: dataDir, MAX_ATTACHMENT_BYTES: String(MOST) });
const scope = systemScope(database);
const agent = await aKey(database, 'agent');
const colleague = await aKey(database, 'agent');
const bot = await aKey(database, 'bot');
const partnerless = await aKey(database, 'integration');

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
});

let count = 0;
const aConversation = () => {
  count += 1;
  return receiveMessage(scope, {
    inbox: 'mail',
    sender: { kind: 'email', value: `files-${count}@example.com` },
    externalId: `files-${count}`,
    text: 'The lamp is broken, see the picture.',
    occurredAt: new Date(),
  });
};
const rows = async () => (await sql<{ n: number }[]>`select count(*)::int as n from attachments`)[0]!.n;

const SEND = `mutation ($id: ID!, $text: String!, $ids: [ID!]) {
  messageSend(id: $id, input: { text: $text, attachmentIds: $ids }) {
    message { id attachments { id filename contentType sizeBytes state url } } userErrors { code field }
  } }`;
const NOTE = `mutation ($id: ID!, $ids: [ID!]) {
  noteAdd(id: $id, input: { text: "For us", attachmentIds: $ids }) {
    note { id attachments { id url } } userErrors { code field }
  } }`;
interface Sent {
  message: { id: string; attachments: { id: string; url: string; filename: string }[] } | null;
  userErrors: { code: string; field: string[] | null }[];
}
const send = async (key: { secret: string }, id: string, ids: string[]) =>
  (await post(app.url, key.secret, SEND, { id, text: 'Here it is.', ids })).body.data![
    'messageSend'
  ] as unknown as Sent;

test('a picture goes up, with a message to the customer, and comes down as it was', async () => {
  const { conversationId, customerId } = await aConversation();
  const { status, headers, body } = await upload(
    app.url,
    agent.secret,
    { conversation: conversationId, filename: 'lamp.png' },
    aPicture('one'),
  );
  expect(status).toBe(201);
  expect(headers.get('cache-control')).toBe('private, no-store');
  expect(body).toEqual({
    attachmentId: expect.stringMatching(/^att_/) as string,
    ...{ filename: 'lamp.png', contentType: 'image/png', sizeBytes: aPicture('one').length, state: 'UNCHECKED' },
  });
  const { message, userErrors } = await send(agent, conversationId, [body.attachmentId]);
  expect(userErrors).toEqual([]);
  const { attachmentId: id, ...told } = body;
  expect(message!.attachments).toEqual([
    { id, ...told, url: expect.stringMatching(new RegExp(`^/attachments/${id}\\?expires=`)) as string },
  ]);

  const customer = await aKey(database, 'customer', { customerId });
  for (const reader of [agent, colleague, bot, customer]) {
    const answer = await download(app.url, reader.secret, id);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(aPicture('one'))).toBe(true);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `inline; filename="lamp.png"; filename*=UTF-8''lamp.png`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'private, no-store',
    });
    const again = await download(app.url, reader.secret, id, { 'if-none-match': answer.headers.get('etag')! });
    expect(again.status).toBe(304);
  }
  const [path] = files().filter((name) => !name.startsWith('incoming'));
  expect(path).toMatch(/^[0-9a-f]{2}\/[0-9a-f]{62}$/);
  expect(statSync(join(dataDir, 'attachments', path!)).mode & 0o777).toBe(0o600);
});

test('a signed URL needs no key, is bound to its attachment, and ends', async () => {
  const { conversationId } = await aConversation();
  const [one, two] = await Promise.all(
    ['s1', 's2'].map((name) => upload(app.url, agent.secret, { conversation: conversationId }, aPicture(name))),
  );
  const { message } = await send(agent, conversationId, [one!.body.attachmentId, two!.body.attachmentId]);
  const url = message!.attachments[0]!.url;
  const answer = await fetch(app.url + url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  const [first, second] = message!.attachments.map(({ id }) => id);
  const other = new URL(app.url + url);
  const later = String(Number(other.searchParams.get('expires')) + 1);
  const forged = [
    url.replace(first!, second!),
    url.replace(/expires=\d+/, `expires=${later}`),
    url.replace(/signature=.*/, 'signature='),
    url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    `${url}&signature=x`,
  ];
  for (const path of forged) expect((await fetch(app.url + path)).status, path).toBe(404);
});

test('C1: another person’s attachment, a note’s without the right, an unsent one and none at all answer alike', async () => {
  const { conversationId, customerId } = await aConversation();
  const stranger = await aKey(database, 'customer', { customerId: (await aConversation()).customerId });
  const customer = await aKey(database, 'customer', { customerId });
  const up = async () =>
    (await upload(app.url, agent.secret, { conversation: conversationId }, aPicture(String((count += 1))))).body
      .attachmentId;
  const [sent, noted, unsent] = [await up(), await up(), await up()];
  await send(agent, conversationId, [sent]);
  const note = await post(app.url, agent.secret, NOTE, { id: conversationId, ids: [noted] });
  expect(note.body.data!['noteAdd']).toMatchObject({ note: { attachments: [{ id: noted }] }, userErrors: [] });
  expect((await download(app.url, colleague.secret, noted)).status).toBe(200);

  const answersOf = async (key: { secret: string }, ids: string[]) =>
    Promise.all(
      ids.map(async (id) => {
        const answer = await download(app.url, key.secret, id);
        return { status: answer.status, body: await answer.text() };
      }),
    );
  const absent = ['att_00000000000000000000000000', '..%2f..%2fetc%2fpasswd', 'x'];
  const no = await answersOf(agent, absent);
  expect(new Set(no.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
  expect(no[0]!.status).toBe(404);
  const hidden = [
    ...(await answersOf(stranger, [sent, noted, unsent])),
    ...(await answersOf(customer, [noted, unsent])),
    ...(await answersOf(bot, [noted, unsent])),
    ...(await answersOf(colleague, [unsent])),
  ];
  for (const answer of hidden) expect(answer).toEqual(no[0]);
  expect((await download(app.url, agent.secret, unsent)).status).toBe(200);
  expect((await download(app.url, null, sent)).status).toBe(401);
});

test('C3: an upload of somebody else, to another conversation, or sent already is refused, and nothing is written', async () => {
  const [{ conversationId }, other] = [await aConversation(), await aConversation()];
  const up = async (key: { secret: string }, conversation: string) =>
    (await upload(app.url, key.secret, { conversation }, aPicture(String((count += 1))))).body.attachmentId;
  const [mine, others, elsewhere] = [
    await up(agent, conversationId),
    await up(colleague, conversationId),
    await up(agent, other.conversationId),
  ];
  const sent = await up(agent, conversationId);
  await send(agent, conversationId, [sent]);
  const before = await sql`select id, message_id from attachments order by id`;
  const [{ n }] = (await sql`select count(*)::int as n from messages`) as unknown as [{ n: number }];
  for (const id of [others, elsewhere, sent, 'att_00000000000000000000000000', 'nonsense'])
    expect(await send(agent, conversationId, [mine, id])).toEqual({
      message: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'attachmentIds'] }],
    });
  expect(
    await send(
      agent,
      conversationId,
      Array.from({ length: 11 }, () => mine),
    ),
  ).toMatchObject({ userErrors: [{ code: 'INVALID_INPUT' }] });
  expect(await sql`select id, message_id from attachments order by id`).toEqual(before);
  expect(await sql`select count(*)::int as n from messages`).toEqual([{ n }]);
  expect((await send(agent, conversationId, [mine, mine])).userErrors).toEqual([]);
});

test('C4: who may not write there uploads nothing', async () => {
  const [{ conversationId, customerId }, other] = [await aConversation(), await aConversation()];
  const customer = await aKey(database, 'customer', { customerId });
  const before = { rows: await rows(), files: files() };
  const refused = async (key: string | null, conversation: string) =>
    (await upload(app.url, key, { conversation }, aPicture('no'))).status;
  expect(await refused(customer.secret, other.conversationId)).toBe(404);
  expect(await refused(customer.secret, 'cnv_00000000000000000000000000')).toBe(404);
  expect(await refused(agent.secret, '')).toBe(404);
  expect(await refused(partnerless.secret, conversationId)).toBe(403);
  expect(await refused(null, conversationId)).toBe(401);
  expect({ rows: await rows(), files: files() }).toEqual(before);
  expect((await upload(app.url, customer.secret, { conversation: conversationId }, aPicture('own'))).status).toBe(201);
});

test('a customer who uploads without sending is stopped', async () => {
  const { conversationId, customerId } = await aConversation();
  const customer = await aKey(database, 'customer', { customerId });
  for (let i = 0; i < 20; i += 1)
    expect(
      (await upload(app.url, customer.secret, { conversation: conversationId }, aPicture(`many ${i}`))).status,
    ).toBe(201);
  const one = await upload(app.url, customer.secret, { conversation: conversationId }, aPicture('too many'));
  expect(one.status).toBe(429);
});

test('the bytes say what a file is, whatever its name and its sender do', async () => {
  const { conversationId } = await aConversation();
  const to = (filename: string) => ({ conversation: conversationId, filename });
  const before = { rows: await rows(), files: files() };
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const refused: [string, Buffer | string, string][] = [
    ['lamp.png', aProgram(), 'image/png'],
    ['lamp.svg', svg, 'image/svg+xml'],
    ['lamp.txt', `\uFEFF\n ${svg}`, 'text/plain'],
    ['page.txt', '<!DOCTYPE html><p>Hello', 'text/plain'],
    ['page.xml', '<?xml version="1.0"?><a/>', 'text/csv'],
    ['noise.bin', Buffer.from([0, 1, 2, 3]), 'text/plain'],
    ['broken.txt', Buffer.from([0x61, 0xff, 0xfe, 0x62]), 'text/plain'],
    ['half.txt', Buffer.from([0x61, 0xc3]), 'text/plain'],
    ['archive.zip', Buffer.from('504b0506000000000000000000000000000000000000', 'hex'), 'application/pdf'],
  ];
  for (const [name, bytes, claim] of refused) {
    const answer = await upload(app.url, agent.secret, to(name), bytes, claim);
    expect([answer.status, answer.body.errors![0]!.extensions.code], name).toEqual([415, 'INVALID_INPUT']);
  }
  expect((await upload(app.url, agent.secret, to('empty.txt'), '')).status).toBe(400);
  expect({ rows: await rows(), files: files() }).toEqual(before);

  const taken: [string, Buffer | string, string, string, string][] = [
    ['lamp.exe', aPicture(), 'application/x-msdownload', 'image/png', 'lamp.exe.png'],
    ['notes.html', 'Just words: äö', 'text/html', 'text/plain', 'notes.html.txt'],
    ['list.csv', 'a,b\n1,2\n', 'text/csv; charset=utf-8', 'text/csv', 'list.csv'],
    ['manual.pdf', '%PDF-1.7\nnot much of one', 'application/octet-stream', 'application/pdf', 'manual.pdf'],
  ];
  for (const [name, bytes, claim, contentType, filename] of taken)
    expect((await upload(app.url, agent.secret, to(name), bytes, claim)).body, name).toMatchObject({
      contentType,
      filename,
    });
});

test('hostile names are only names', async () => {
  const { conversationId } = await aConversation();
  const nameOf = async (filename: string) =>
    (await upload(app.url, agent.secret, { conversation: conversationId, filename }, aPicture())).body.filename;
  expect(await nameOf('../../../etc/passwd')).toBe('passwd.png');
  expect(await nameOf('..\\..\\boot.ini')).toBe('boot.ini.png');
  expect(await nameOf('a\0b.png')).toBe('ab.png');
  expect(await nameOf('gnp.\u202Eexe')).toBe('gnp.exe.png');
  expect(await nameOf('line\r\nset-cookie: a=b.png')).toBe('lineset-cookie a=b.png');
  expect(await nameOf('...')).toBe('attachment.png');
  expect([...(await nameOf(`${'ä'.repeat(300)}.png`))]).toHaveLength(200);
  const { body } = await upload(
    app.url,
    agent.secret,
    { conversation: conversationId, filename: `"Lamppu" 'ä' 灯%.png` },
    aPicture(),
  );
  const answer = await download(app.url, agent.secret, body.attachmentId);
  expect(answer.headers.get('content-disposition')).toBe(
    `inline; filename="Lamppu '_' __.png"; filename*=UTF-8''Lamppu%20%27%C3%A4%27%20%E7%81%AF%25.png`,
  );
});

test('a file of the greatest size is taken; one byte more is 413, and nothing is stored', async () => {
  const { conversationId } = await aConversation();
  const exact = Buffer.concat([aPicture(), Buffer.alloc(MOST - aPicture().length)]);
  expect((await upload(app.url, agent.secret, { conversation: conversationId }, exact)).status).toBe(201);
  const before = { rows: await rows(), files: files() };
  const over = Buffer.concat([exact, Buffer.alloc(1)]);
  expect((await upload(app.url, agent.secret, { conversation: conversationId }, over)).status).toBe(413);
  // Without a length that could be believed.
  const chunked = await fetch(`${app.url}/attachments?conversation=${conversationId}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${agent.secret}` },
    body: new ReadableStream({
      start(controller) {
        for (let at = 0; at < over.length; at += 10_000)
          controller.enqueue(new Uint8Array(over.subarray(at, at + 10_000)));
        controller.close();
      },
    }),
    duplex: 'half',
  });
  expect(chunked.status).toBe(413);
  // Who sends all before reading would wait for a rest that nobody reads.
  expect(chunked.headers.get('connection')).toBe('close');
  expect({ rows: await rows(), files: files() }).toEqual(before);
});

test('an upload that ends in the middle leaves nothing', async () => {
  const { conversationId } = await aConversation();
  const before = { rows: await rows(), files: files() };
  const { hostname, port } = new URL(app.url);
  const request = httpRequest({
    ...{ hostname, port, method: 'POST', path: `/attachments?conversation=${conversationId}` },
    headers: { authorization: `Bearer ${agent.secret}`, 'content-length': 50_000 },
  });
  request.on('error', () => undefined);
  request.write(aPicture());
  await until(isIncoming, (seen) => seen);
  request.destroy();
  await until(isIncoming, (seen) => !seen);
  expect({ rows: await rows(), files: files() }).toEqual(before);
});

test('twenty uploads at once, also of the same bytes, are all there', async () => {
  const { conversationId } = await aConversation();
  const sizes = Array.from({ length: 20 }, (_, i) => aPicture(`parallel ${i % 10}`));
  const before = files().length;
  const answers = await Promise.all(
    sizes.map((bytes) => upload(app.url, agent.secret, { conversation: conversationId }, bytes)),
  );
  expect(answers.map(({ status }) => status)).toEqual(sizes.map(() => 201));
  for (const [i, { body }] of answers.entries()) {
    const answer = await download(app.url, agent.secret, body.attachmentId);
    expect(Buffer.from(await answer.arrayBuffer()).equals(sizes[i]!)).toBe(true);
  }
  expect(files().length).toBe(before + 10);
});

test('the same bytes are kept once and go with the last row; a person’s go with the person', async () => {
  const [one, other] = [await aConversation(), await aConversation()];
  const bytes = aPicture('shared');
  const ids = [];
  for (const { conversationId } of [one, other])
    ids.push((await upload(app.url, agent.secret, { conversation: conversationId }, bytes)).body.attachmentId);
  await send(agent, one.conversationId, [ids[0]!]);
  const [row] = await sql<{ sha256: string }[]>`select sha256 from attachments where id = ${ids[0]!}`;
  const path = `${row!.sha256.slice(0, 2)}/${row!.sha256.slice(2)}`;
  expect(readFileSync(join(dataDir, 'attachments', path)).equals(bytes)).toBe(true);
  const waiting = async () =>
    (
      await sql<
        { n: number }[]
      >`select count(*)::int as n from pgboss.job where name = 'remove-attachment-files' and state <> 'completed'`
    )[0]!.n;

  expect(await atomically(systemScope(database), (tx) => eraseAttachments(tx, [one.customerId]))).toBe(1);
  await until(waiting, (n) => n === 0);
  expect(files()).toContain(path);
  expect((await download(app.url, agent.secret, ids[0]!)).status).toBe(404);
  expect((await download(app.url, agent.secret, ids[1]!)).status).toBe(200);

  expect(await atomically(systemScope(database), (tx) => eraseAttachments(tx, [other.customerId]))).toBe(1);
  await until(files, (left) => !left.includes(path));
});

test('bytes that no row names are swept once they are a day old; those of a row stay', async () => {
  const store = openDirectoryStore(join(dataDir, 'attachments'));
  const { conversationId } = await aConversation();
  const { body } = await upload(app.url, agent.secret, { conversation: conversationId }, aPicture('stays'));
  const source = (bytes: Buffer) =>
    (async function* () {
      yield await Promise.resolve(bytes);
    })();
  const orphan = await store.stage(source(aPicture('orphan')), MOST);
  await orphan.settle();
  await store.stage(source(aPicture('left behind')), MOST);
  expect(await sweepBytes(systemScope(database), store, new Date(Date.now() - 86_400_000))).toBe(0);
  expect(await store.open(orphan.sha256)).not.toBeNull();
  await sweepBytes(systemScope(database), store, new Date(Date.now() + 1_000));
  expect(await store.open(orphan.sha256)).toBeNull();
  expect(files().filter((name) => name.startsWith('incoming'))).toEqual([]);
  expect((await download(app.url, agent.secret, body.attachmentId)).status).toBe(200);
});
