import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';

import { openLiveEdge } from '../../src/live/live-edge.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { conversationFact } from '../../src/services/conversations/conversation-fact.ts';
import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { stream } from '../../src/services/events/fact.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { recordTrackingEvents } from '../../src/services/orders/record-tracking-events.ts';
import { sendNotices } from '../../src/services/orders/send-notices.ts';
import { CONTEXT_SECTIONS, type ContextSection, type ContextState } from '../../src/values/context-packet.ts';
import type { AgentId, CustomerId } from '../../src/values/ids.ts';
import { NOTICE_KINDS } from '../../src/values/notices.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import { factsOf } from '../support/orders.ts';
import { aScope, aViewer } from '../support/scopes.ts';
import { SinkReader } from '../support/sink-reader.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const installation = await readInstallation(sql);
const edge = await openLiveEdge({
  database,
  installation,
  subscriptions: SUBSCRIPTIONS,
  log: pino({ level: 'silent' }),
  checkpointIntervalMs: 60_000,
  stalledReaderMs: 10_000,
  onViewerEvent: () => undefined,
});
afterAll(() => edge.close());

const scope = aScope(database);
const inbox = await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat', market: 'FI' });

interface Payload {
  cursor: string;
  packet: (ContextState & { changed: ContextSection[]; causes: { type: string }[] }) | null;
  leftCustomerId: string | null;
}

class Reader extends SinkReader<Payload> {
  constructor(args: Record<string, unknown>, viewer: Viewer = aViewer('agent')) {
    const { after: _, ...shared } = args;
    super({ field: 'contextPackets', args, viewer, shareKey: JSON.stringify([shared, viewer.principal]) });
  }
  get packets() {
    return this.payloads.flatMap(({ packet }) => (packet ? [packet] : []));
  }
  get texts() {
    return this.packets.at(-1)?.conversations.flatMap(({ messages }) => messages.map(({ text }) => text)) ?? [];
  }
}

let count = 0;
const write = (sender: string, text: string) =>
  receiveMessage(scope, {
    inbox: inbox.id,
    sender: { kind: 'email', value: `${sender}@example.com` },
    externalId: `m${(count += 1)}`,
    text,
    occurredAt: new Date(scope.now.getTime() + count),
  });

describe('a watcher of a customer', () => {
  test('is sent the whole state first and then a packet with its causes after each change', async () => {
    const { customerId } = await write('first', 'hello');
    const reader = new Reader({ customerId });
    await edge.open(reader.operation, reader);
    await until(
      () => reader.packets.length,
      (packets) => packets === 1,
    );

    await write('first', 'anybody there?');

    await until(
      () => reader.packets.length,
      (packets) => packets === 2,
    );
    const [whole, next] = reader.packets;
    expect(whole).toMatchObject({
      customerId,
      causes: [],
      changed: [...CONTEXT_SECTIONS],
    });
    expect(next!.causes).toMatchObject([{ type: 'message.received' }]);
    expect(next!.changed).toEqual(['identities', 'conversations', 'routing', 'service']);
    expect(next!.version).toBe(whole!.version + 1);
    expect(reader.texts).toEqual(['hello', 'anybody there?']);
  });

  test('is told every cause over any number of packets, and no packet is older than the one before', async () => {
    const { customerId } = await write('burst', 'm0');
    const reader = new Reader({ customerId });
    await edge.open(reader.operation, reader);
    await until(
      () => reader.packets.length,
      (packets) => packets === 1,
    );

    await Promise.all(Array.from({ length: 30 }, (_, i) => write('burst', `m${i + 1}`)));

    // A packet may already show what the next one names as a cause: the causes are what comes last.
    await until(
      () => reader.packets.flatMap(({ causes }) => causes).length,
      (causes) => causes >= 30,
    );
    expect(reader.packets.at(-1)!.version).toBe(reader.packets[0]!.version + 30);
    const versions = reader.packets.map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(reader.packets.flatMap(({ causes }) => causes)).toHaveLength(30);
    // The first, one a message, and one more when writes were under way as the watch began.
    expect(reader.packets.length).toBeLessThanOrEqual(32);
  });

  test('who is slow skips to the newest packet, with the causes of all that it skipped', async () => {
    const { customerId } = await write('slow', 'm0');
    const slow = new Reader({ customerId });
    const quick = new Reader({ customerId });
    await edge.open(slow.operation, slow);
    await edge.open(quick.operation, quick);
    await until(() => [slow, quick].every(({ packets }) => packets.length === 1), Boolean);
    slow.paused = true;

    for (let i = 1; i <= 12; i += 1) {
      await write('slow', `m${i}`);
      await until(
        () => quick.packets.at(-1)!.version,
        (version) => version >= quick.packets[0]!.version + i,
      );
    }
    const sentWhilePaused = slow.packets.length;
    slow.resume();

    await until(
      () => slow.packets.at(-1)!.version,
      (version) => version === quick.packets.at(-1)!.version,
    );
    expect(sentWhilePaused).toBeLessThan(6);
    expect(slow.packets).toHaveLength(sentWhilePaused + 1);
    expect(slow.packets.flatMap(({ causes }) => causes)).toHaveLength(12);
    expect(slow.texts).toEqual(quick.texts);
  });

  test('who comes back with a cursor is sent the whole state and told what was missed', async () => {
    const { customerId } = await write('back', 'm0');
    const first = new Reader({ customerId });
    const running = await edge.open(first.operation, first);
    await until(
      () => first.packets.length,
      (packets) => packets === 1,
    );
    running.close();
    for (const text of ['m1', 'm2']) await write('back', text);

    const again = new Reader({ customerId, after: first.cursor });
    await edge.open(again.operation, again);

    await until(
      () => again.packets.length,
      (packets) => packets === 1,
    );
    expect(again.packets[0]!.causes).toMatchObject([{ type: 'message.received' }, { type: 'message.received' }]);
    expect(again.texts).toEqual(['m0', 'm1', 'm2']);
  });

  test('shares one execution with everybody who watches the same', async () => {
    const { customerId } = await write('shared', 'm0');
    const readers = Array.from({ length: 50 }, () => new Reader({ customerId }));
    for (const reader of readers) await edge.open(reader.operation, reader);
    await until(() => readers.every(({ packets }) => packets.length === 1), Boolean);
    const before = readers.reduce((sum, { executions }) => sum + executions, 0);

    await write('shared', 'm1');

    await until(() => readers.every(({ packets }) => packets.length === 2), Boolean);
    expect(readers.reduce((sum, { executions }) => sum + executions, 0) - before).toBe(1);
  });

  test('sees a change of a stream that the packet showed, without a new version', async () => {
    const agentId = await ensureAgent(scope, { externalId: 'shown', name: 'Aada', capacity: 3, skills: {} });
    const { customerId, conversationId } = await write('agents', 'm0');
    await sql`update conversations set assignee_id = ${agentId} where id = ${conversationId}`;
    const reader = new Reader({ customerId });
    await edge.open(reader.operation, reader);
    await until(
      () => reader.packets.length,
      (packets) => packets === 1,
    );

    await atomically(scope, async (tx) => {
      await tx.db.sql`update agents set presence = 'online' where id = ${agentId}`;
      recordFact(tx, { type: 'agent.presence_changed', streams: [stream.agent(agentId)] });
    });

    await until(
      () => reader.packets.length,
      (packets) => packets === 2,
    );
    expect(reader.packets[1]!.conversations[0]!.assignee).toEqual({ id: agentId, name: 'Aada', presence: 'online' });
    expect(reader.packets[1]!.version).toBe(reader.packets[0]!.version);
  });
});

describe('an agent who watches what is assigned to them', () => {
  test('is sent a customer’s packet when the conversation comes, and told when it goes', async () => {
    const agentId: AgentId = await ensureAgent(scope, { externalId: 'mine', name: 'Oskar', capacity: 3, skills: {} });
    const { customerId, conversationId } = await write('assigned', 'help');
    const reader = new Reader({ assignedToMe: true }, aViewer('agent', { agentId, principal: 'key_mine' }));
    await edge.open(reader.operation, reader);
    await until(
      () => reader.payloads.length,
      (payloads) => payloads === 1,
    );
    expect(reader.packets).toEqual([]);

    const assign = (assigneeId: AgentId | null, before: AgentId | null) =>
      atomically(scope, async (tx) => {
        await tx.db.sql`update conversations set assignee_id = ${assigneeId} where id = ${conversationId}`;
        const standing = {
          id: conversationId,
          personId: customerId,
          inboxId: inbox.id,
          channel: inbox.channel,
          assigneeId,
        };
        recordFact(tx, conversationFact(standing, { type: 'conversation.assigned', left: { assigneeId: before } }));
      });
    await assign(agentId, null);
    await until(
      () => reader.packets.length,
      (packets) => packets === 1,
    );
    await assign(null, agentId);

    await until(
      () => reader.payloads.at(-1)!.leftCustomerId,
      (left) => left === customerId,
    );
    expect(reader.packets[0]!.customerId).toBe(customerId);
  });
});

test('H25: an agent of whose customers one cannot be read is told of the others, and of that one when it can', async () => {
  const agentId: AgentId = await ensureAgent(scope, { externalId: 'h25', name: 'Aino', capacity: 3, skills: {} });
  const [broken, well] = await Promise.all([write('h25-broken', 'help'), write('h25-well', 'help')]);
  await sql`update conversations set assignee_id = ${agentId} where customer_id = any (${[broken.customerId, well.customerId]})`;
  const reader = new Reader({ assignedToMe: true }, aViewer('agent', { agentId, principal: 'key_h25' }));
  await edge.open(reader.operation, reader);
  await until(
    () => reader.packets.length,
    (packets) => packets === 2,
  );
  const of = (customerId: string) => reader.packets.filter((packet) => packet.customerId === customerId);

  await sql`update customers set preferences = '{"doNotContact": "perhaps"}' where id = ${broken.customerId}`;
  await write('h25-broken', 'still there?');
  for (const text of ['one', 'two']) await write('h25-well', text);
  await until(
    () =>
      of(well.customerId)
        .at(-1)!
        .conversations.flatMap(({ messages }) => messages.map(({ text }) => text)),
    (texts) => texts.includes('two'),
  );
  expect(of(broken.customerId)).toHaveLength(1);
  await sql`update customers set preferences = '{}' where id = ${broken.customerId}`;

  await until(
    () => of(broken.customerId).length,
    (packets) => packets === 2,
  );
});

describe('a customer', () => {
  test('may watch their own person and nobody else', async () => {
    const { customerId } = await write('me', 'mine');
    const { customerId: other } = await write('you', 'yours');
    const viewer = aViewer('customer', { customerId, principal: 'key_customer' });
    const own = new Reader({ customerId }, viewer);
    const foreign = new Reader({ customerId: other }, viewer);
    const nobody = new Reader({ customerId: 'cus_nobody' as CustomerId }, viewer);

    await edge.open(own.operation, own);

    await until(
      () => own.packets.length,
      (packets) => packets === 1,
    );
    const refusal = {
      name: 'InvalidRequest',
      argument: 'customerId',
      message: 'Nothing with this id is visible to you.',
    };
    await expect(edge.open(foreign.operation, foreign)).rejects.toMatchObject(refusal);
    await expect(edge.open(nobody.operation, nobody)).rejects.toMatchObject(refusal);
    expect([...foreign.payloads, ...nobody.payloads]).toEqual([]);
  });
});

test('what a customer is told unasked is news to every watcher once, and then stands among the messages', async () => {
  // By the clock of the machine, for what is news goes by the database's.
  const integration = aScope(database, 'integration', { now: new Date() });
  const ago = (minutes: number) => new Date(integration.now.getTime() - minutes * 60_000);
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
  const { customerId } = await write('told', 'where is my parcel?');
  const [agent, bot] = [new Reader({ customerId }), new Reader({ customerId }, aViewer('bot'))];
  for (const reader of [agent, bot]) await edge.open(reader.operation, reader);
  const facts = factsOf('TOLD', customerId);

  await recordOrderFacts(integration, [facts.placed({ occurredAt: ago(90) }), facts.shipped({ occurredAt: ago(60) })]);
  await recordTrackingEvents(integration, [
    {
      ...{ trackingNumber: 'T-TOLD', source: 'posti', sourceEventId: 'told', status: 'ready_for_pickup' },
      ...{ place: 'Kallio', occurredAt: ago(1) },
    },
  ]);
  await sendNotices(integration, NOTICE_KINDS);

  const text = 'Your order TOLD (Thing 1 + 1) is ready for pickup: Kallio.';
  for (const reader of [agent, bot]) {
    await until(
      () => reader.texts,
      (texts) => texts.includes(text),
    );
    const causes = reader.packets.flatMap((packet) => packet.causes.map(({ type }) => type));
    expect(causes.filter((type) => type === 'notice.raised')).toHaveLength(1);
    expect(reader.texts.filter((one) => one === text)).toHaveLength(1);
  }
});
