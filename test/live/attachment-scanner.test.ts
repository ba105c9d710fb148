import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { aPicture, download, filesBelow, upload, withDataDir } from '../support/attachments.ts';
import { post } from '../support/graphql.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const dataDir = withDataDir();

/** Calls clean what does not say EVIL; is out of order twice before it says anything. */
let failuresLeft = 2;
const scanner = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    if (isClosed || (failuresLeft -= 1) >= 0) return void response.writeHead(503).end();
    const clean = !Buffer.concat(parts).includes('EVIL');
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ clean }));
  });
});
let isClosed = true;
await new Promise<void>((listening) => scanner.listen(0, '127.0.0.1', listening));
afterAll(() => void scanner.close());
const ATTACHMENT_SCAN_URL = `http://127.0.0.1:${(scanner.address() as AddressInfo).port}/scan`;

const app = await withApp(database, { DATA_DIR: dataDir, ATTACHMENT_SCAN_URL });
const agent = await aKey(database, 'agent');
let conversation: string;

beforeAll(async () => {
  const scope = systemScope(database);
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
  const message = { inbox: 'mail', sender: { kind: 'email' as const, value: 'a@example.com' }, externalId: 'm1' };
  const received = await receiveMessage(scope, { ...message, text: 'Hello', occurredAt: new Date() });
  conversation = received.conversationId;
});

const SEND = `mutation ($id: ID!, $ids: [ID!]) {
  messageSend(id: $id, input: { text: "Here", attachmentIds: $ids }) { message { id } userErrors { code } } }`;
const send = async (id: string) =>
  (await post(app.url, agent.secret, SEND, { id: conversation, ids: [id] })).body.data!['messageSend'] as unknown;
const stateOf = async (id: string) =>
  (await sql<{ state: string }[]>`select state from attachments where id = ${id}`)[0]?.state;

test('nothing is downloaded or sent before the scanner called it clean; what is not clean is deleted', async () => {
  const [good, evil] = await Promise.all(
    ['good', 'EVIL'].map(async (name) => (await upload(app.url, agent.secret, { conversation }, aPicture(name))).body),
  );
  expect([good!.state, evil!.state]).toEqual(['PENDING', 'PENDING']);
  expect((await download(app.url, agent.secret, good!.attachmentId)).status).toBe(409);
  expect(await send(good!.attachmentId)).toEqual({ message: null, userErrors: [{ code: 'ATTACHMENT_NOT_READY' }] });

  isClosed = false;
  await until(
    () => Promise.all([stateOf(good!.attachmentId), stateOf(evil!.attachmentId)]),
    ([one, other]) => one === 'clean' && other === 'infected',
  );
  expect((await download(app.url, agent.secret, good!.attachmentId)).status).toBe(200);
  expect((await download(app.url, agent.secret, evil!.attachmentId)).status).toBe(410);
  expect(await send(evil!.attachmentId)).toEqual({ message: null, userErrors: [{ code: 'ATTACHMENT_NOT_READY' }] });
  expect(await send(good!.attachmentId)).toMatchObject({ userErrors: [] });
  await until(
    () => filesBelow(join(dataDir, 'attachments')),
    (files) => files.length === 1,
  );
  const facts = await sql`
    select details ->> 'attachmentId' as id, details ->> 'state' as state from events
    where type = 'attachment.checked' order by details ->> 'state'`;
  expect(facts).toEqual([
    { id: good!.attachmentId, state: 'clean' },
    { id: evil!.attachmentId, state: 'infected' },
  ]);
});
