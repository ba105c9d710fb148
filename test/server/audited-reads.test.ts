import { expect, test } from 'vitest';

import { singleConnection } from '../../src/database/single-connection.ts';
import { upsertCustomer } from '../../src/services/customers/upsert-customer.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { aReceiver } from '../support/bridge.ts';
import { aPicture, download, upload } from '../support/attachments.ts';
import { EventStreamReader } from '../support/event-stream-reader.ts';
import { post } from '../support/graphql.ts';
import { factsOf } from '../support/orders.ts';
import { SocketReader } from '../support/socket-reader.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { anEndpoint, ORDER_EVENTS } from '../support/webhooks.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const receiver = await aReceiver((_, response) => void response.end());
const app = await withApp(database, {
  WEBHOOK_ALLOWED_PRIVATE_HOSTS: receiver.place,
  RATE_COST_PER_SECOND: '100000',
  RATE_COST_BURST: '1000000',
});
const scope = systemScope(database);
await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
const aPerson = async (name: string) =>
  (
    await upsertCustomer(scope, {
      identities: [{ kind: 'email', value: `${name}@example.org` }],
      profile: { givenName: name },
      source: 'shop',
    } as never)
  ).customerId;
let persons = 0;
const somebody = () => aPerson(`person-${(persons += 1)}`);

const PURPOSES = ['service', 'order_updates', 'marketing', 'personalisation', 'profiling'];
const PACKET = 'query Packet($id: ID!) { contextPacket(customerId: $id) { version profile { givenName } } }';
const PACKETS =
  'subscription Packets($id: ID, $after: String) { contextPackets(customerId: $id, after: $after) { cursor packet { version profile { givenName } } } }';

interface Entry {
  act: string;
  subjects: string[];
  dataClasses: string[];
  purposes: string[];
  versions: (number | null)[] | null;
}
const entriesOf = (key: { id: string }) => sql<Entry[]>`
  select act, subjects, data_classes, purposes, versions from audit_entries where viewer = ${key.id} order by number`;
const readBy = async (key: { id: string }) => (await entriesOf(key)).map(({ act, subjects }) => [act, subjects]);

test('I9: a query is written down on every way it can take: read for the first time, known, planned, and answered from memory', async () => {
  const customerId = await somebody();
  const keys = await Promise.all(Array.from({ length: 6 }, () => aKey(database, 'agent')));
  for (const key of keys) {
    const { body } = await post(app.url, key.secret, PACKET, { id: customerId });
    expect(body.data).toMatchObject({ contextPacket: { profile: { givenName: `person-${persons}` } } });
  }

  for (const key of keys)
    expect(await entriesOf(key)).toEqual([
      {
        act: 'read',
        subjects: [customerId],
        dataClasses: ['profile', 'contact', 'traits'],
        purposes: PURPOSES,
        versions: null,
      },
    ]);
});

test('I9: whose context is asked for is on record while it is read, and nobody waits for one after the other', async () => {
  const customerId = await somebody();
  const key = await aKey(database, 'agent');
  const other = singleConnection(database.superuserUrl);
  await other`begin`;
  await other`lock table customers in access exclusive mode`;
  const answer = post(app.url, key.secret, PACKET, { id: customerId });
  const early = await until(
    () => readBy(key),
    (entries) => entries.length > 0,
  );
  await other`rollback`;
  await other.end();
  const { body } = await answer;

  expect(early).toEqual([['read', [customerId]]]);
  expect(body.data).toMatchObject({ contextPacket: { profile: { givenName: `person-${persons}` } } });
  expect(await readBy(key)).toEqual([['read', [customerId]]]);
});

test('I9: a query over a WebSocket and over an event stream’s door, the answer of a change, and a file', async () => {
  const customerId = await somebody();
  const [socketKey, changeKey, fileKey] = await Promise.all([0, 1, 2].map(() => aKey(database, 'agent')));
  const socket = await new RawSocket(app.socketUrl).connected(socketKey!.secret);
  socket.subscribe('1', PACKET, { id: customerId });
  await socket.until(() => socket.of('1').some(({ type }) => type === 'complete'));
  socket.socket.close();
  expect(await readBy(socketKey!)).toEqual([['read', [customerId]]]);

  const talk = await receiveMessage(scope, {
    ...{ inbox: 'mail', sender: { kind: 'email', value: `person-${persons}@example.org` } },
    ...{ externalId: 'audited', text: 'Hello.', occurredAt: new Date() },
  });
  const CHANGE = `mutation { conversationUpdate(id: "${talk.conversationId}", input: { subject: "Lamp" }) { conversation { subject } userErrors { code } } }`;
  const { body } = await post(app.url, changeKey!.secret, CHANGE);
  expect(body.data).toMatchObject({ conversationUpdate: { conversation: { subject: 'Lamp' } } });
  expect(await readBy(changeKey!)).toEqual([['read', [customerId]]]);

  const sent = await upload(app.url, fileKey!.secret, { conversation: talk.conversationId }, aPicture());
  expect((await download(app.url, fileKey!.secret, sent.body.attachmentId)).status).toBe(200);
  expect(await readBy(fileKey!)).toEqual([['read', [customerId]]]);
});

test('I10: a list of 100 customers is one row with their ids', async () => {
  const ids = await Promise.all(Array.from({ length: 100 }, () => somebody()));
  const key = await aKey(database, 'agent');
  const { body } = await post(app.url, key.secret, '{ customers(first: 100) { nodes { id displayName } } }');
  const shown = (body.data!['customers'] as unknown as { nodes: { id: string }[] }).nodes.map(({ id }) => id);

  expect(ids.length).toBe(100);
  const entries = await entriesOf(key);
  expect(entries.map(({ act }) => act)).toEqual(['read']);
  expect(entries[0]!.subjects.toSorted()).toEqual(shown.toSorted());
  expect(shown).toHaveLength(100);
});

test('I9: what two persons differ in, and what came with somebody and was dropped, is written down of each of them', async () => {
  const [one, other] = [await somebody(), await somebody()];
  const [mergeKey, evidenceKey] = [await aKey(database, 'supervisor'), await aKey(database, 'supervisor')];
  const PREVIEW = `mutation { customerMerge(ids: ["${one}", "${other}"], dryRun: true) {
    preview { fields { field kept others { value } } } userErrors { code } } }`;
  const { body } = await post(app.url, mergeKey.secret, PREVIEW);
  expect(body.data).toMatchObject({ customerMerge: { preview: { fields: [{ field: 'givenName' }] }, userErrors: [] } });
  await post(app.url, evidenceKey.secret, `{ customer(id: "${one}") { droppedIdentities { value } } }`);

  const [previewed] = await entriesOf(mergeKey);
  expect(previewed).toMatchObject({ act: 'read', dataClasses: ['profile', 'contact'] });
  expect(previewed!.subjects.toSorted()).toEqual([one, other].toSorted());
  expect(await entriesOf(evidenceKey)).toMatchObject([
    { subjects: [one], dataClasses: ['profile', 'contact', 'traits'] },
  ]);
});

test('I9: what somebody else asked for the same is no row of theirs, and what shows nobody is no row at all', async () => {
  const key = await aKey(database, 'agent');
  await post(app.url, key.secret, '{ viewer { role } channels { name } inboxes { nodes { name } } }');
  await post(app.url, key.secret, PACKET, { id: 'nobody' });
  await post(app.url, key.secret, '{ customer(id: "cus_00000000000000000000000000") { displayName } }');

  expect(await entriesOf(key)).toEqual([]);
});

test.each([
  ['a WebSocket', SocketReader],
  ['an event stream', EventStreamReader],
])('I9: a subscription over %s opens, shows and closes in the audit, with versions', async (_, Reader) => {
  const customerId = await somebody();
  const key = await aKey(database, 'agent');
  const asked = { field: 'contextPackets', document: PACKETS, variables: { id: customerId } };
  const reader = await new Reader<{ cursor: string; packet: { version: number } | null }>({
    ...{ url: () => app.url, secret: key.secret, asked },
  }).open();
  await until(
    () => reader.payloads,
    (payloads) => payloads.some(({ packet }) => packet !== null),
  );
  const { version } = reader.payloads.find(({ packet }) => packet !== null)!.packet!;
  await upsertCustomer(scope, {
    identities: [{ kind: 'email', value: `person-${persons}@example.org` }],
    profile: { givenName: 'changed' },
    source: 'shop',
  } as never);
  const newest = () => reader.payloads.at(-1)!.packet?.version ?? 0;
  await until(newest, (now) => now > version);
  const last = newest();
  await reader.close();

  const entries = await until(
    () => entriesOf(key),
    (all) => all.some(({ act }) => act === 'closed'),
  );
  expect(entries).toMatchObject([
    { act: 'opened', subjects: [customerId], purposes: PURPOSES, dataClasses: ['profile', 'contact', 'traits'] },
    { act: 'closed', subjects: [customerId], versions: [last] },
  ]);
  const shown = await sql<Entry[]>`
    select act, subjects, versions from audit_entries s where act = 'shown' and (process, stream) in (
      select process, stream from audit_entries where viewer = ${key.id} and act = 'opened')`;
  expect([...shown]).toEqual([{ act: 'shown', subjects: [customerId], versions: [version] }]);
});

test('I9: what a webhook posts is written down as read by its key', async () => {
  const customerId = await somebody();
  const key = await aKey(database, 'bot');
  await anEndpoint(app.url, key.secret, { url: `http://${receiver.place}/hook`, document: ORDER_EVENTS });
  await recordOrderFacts(scope, [factsOf('AUDITED-1', customerId).placed()]);

  await until(
    () => receiver.posts.length,
    (count) => count > 0,
  );
  expect(await readBy(key)).toEqual([['read', [customerId]]]);
});

test('I10: while the audit cannot be written nothing is shown, on any way, and nobody is told that a change failed which did not', async () => {
  const customerId = await somebody();
  const [key, watching] = [await aKey(database, 'agent'), await aKey(database, 'agent')];
  await post(app.url, watching.secret, PACKET, { id: customerId });
  const behind = singleConnection(database.superuserUrl);
  await behind`alter table audit_entries add constraint nothing_more check (false) not valid`;
  try {
    const { status, body } = await post(app.url, key.secret, PACKET, { id: customerId });
    expect(status).toBe(503);
    expect(JSON.stringify(body)).not.toContain(`person-${persons}`);
    expect(body.errors?.[0]?.extensions['code']).toBe('UNAVAILABLE');

    const socket = await new RawSocket(app.socketUrl).connected(key.secret);
    socket.subscribe('1', PACKETS, { id: customerId });
    await socket.until(() => socket.of('1').length > 0);
    expect(socket.of('1').map(({ type }) => type)).toEqual(['error']);
    socket.socket.close();
    // Who was written down a moment ago goes on.
    const known = await post(app.url, watching.secret, PACKET, { id: customerId });
    expect(known.status).toBe(200);
  } finally {
    await behind`alter table audit_entries drop constraint nothing_more`;
    await behind.end();
  }
  const { status } = await post(app.url, key.secret, PACKET, { id: customerId });
  expect(status).toBe(200);
  expect(await readBy(key)).toEqual([['read', [customerId]]]);
});
