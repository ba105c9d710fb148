import { isDeepStrictEqual } from 'node:util';

import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';

import { openLiveEdge } from '../../src/live/live-edge.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';
import { mergeCustomers } from '../../src/services/context/merge-customers.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { sendMessage } from '../../src/services/conversations/send-message.ts';
import { unmergeCustomer } from '../../src/services/conversations/unmerge-customer.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import type { ContextState } from '../../src/values/context-packet.ts';
import type { CustomerId } from '../../src/values/ids.ts';
import type { EventPayload } from '../../src/live/subscriptions.ts';
import { aScope, aViewer } from '../support/scopes.ts';
import { SinkReader } from '../support/sink-reader.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const installation = await readInstallation(sql);
const open = () =>
  openLiveEdge({
    ...{ database, installation, subscriptions: SUBSCRIPTIONS, log: pino({ level: 'silent' }) },
    ...{ checkpointIntervalMs: 60_000, stalledReaderMs: 10_000, onViewerEvent: () => undefined },
  });
/** Two processes: who merges is in neither. */
const [edge, other] = await Promise.all([open(), open()]);
afterAll(() => Promise.all([edge.close(), other.close()]));

const scope = aScope(database);
await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail', market: 'FI' });
await ensureInbox(scope, { externalId: 'sms', channel: 'sms', name: 'Text messages', market: 'FI' });

interface Payload {
  cursor: string;
  packet: (ContextState & { causes: { type: string }[] }) | null;
}

let count = 0;
const says = (value: string, text = 'Hello') =>
  receiveMessage(scope, {
    inbox: value.startsWith('+') ? 'sms' : 'mail',
    sender: { kind: value.startsWith('+') ? 'phone' : 'email', value },
    externalId: `m${(count += 1)}`,
    text,
    occurredAt: scope.now,
  });
const aMail = () => `live-${(count += 1)}@example.com`;
const aPhone = () => `+35845${String(1_000_000 + (count += 1))}`;

function watch(customerId: string, by = edge, after?: string) {
  const args = { customerId, ...(after ? { after } : {}) };
  const reader = new SinkReader<Payload>({ field: 'contextPackets', args, shareKey: customerId });
  const opened = by.open(reader.operation, reader);
  const packets = () => reader.payloads.flatMap(({ packet }) => (packet ? [packet] : []));
  return { reader, opened, packets, last: () => packets().at(-1) };
}
const shows = (packet: ContextState | undefined) => ({
  customerId: packet?.customerId,
  members: [...(packet?.memberIds ?? [])].sort(),
  conversations: (packet?.conversations ?? []).map(({ id }) => id).sort(),
});

test('whoever watches either of two gets a complete packet of the merged person, and of their own after it is taken back', async () => {
  const [mail, phone] = [aMail(), aPhone()];
  const [a, b] = [await says(mail), await says(phone)];
  const watchers = [watch(a.customerId), watch(b.customerId), watch(b.customerId, other)];
  await until(
    () => watchers.map(({ packets }) => packets().length),
    (lengths) => lengths.every((length) => length > 0),
  );
  const before = watchers[1]!.reader.cursor;

  await mergeCustomers(scope, [a.customerId, b.customerId]);
  const together = {
    customerId: a.customerId,
    members: [a.customerId, b.customerId].sort(),
    conversations: [a.conversationId, b.conversationId].sort(),
  };
  for (const { last } of watchers)
    await until(
      () => shows(last()),
      (shown) => isDeepStrictEqual(shown, together),
    );
  for (const { packets } of watchers)
    expect(packets().flatMap(({ causes }) => causes.map(({ type }) => type))).toContain('customer.merged');
  // Nobody was shown a mixture: either the one before, or all of the new one.
  for (const { packets } of watchers)
    for (const packet of packets()) {
      const { customerId, conversations } = shows(packet);
      if (customerId === a.customerId && packet.memberIds.length === 2)
        expect(conversations).toEqual(together.conversations);
      else expect(conversations).toHaveLength(1);
    }

  // What happens from now on reaches those who asked by the old id; a cursor from before the merge is as good as ever.
  const said = await says(phone, 'now as one');
  const resumed = watch(b.customerId, other, before);
  for (const { last } of [...watchers, resumed])
    await until(
      () => last()?.conversations.flatMap((one) => one.messages.map(({ id }) => id)) ?? [],
      (ids) => ids.includes(said.messageId),
    );
  expect(resumed.packets()[0]!.causes.map(({ type }) => type)).toContain('message.received');

  await unmergeCustomer(scope, b.customerId);
  const [ofA, ...ofB] = [...watchers, resumed];
  await until(
    () => shows(ofA!.last()),
    ({ members }) => members.length === 1 && members[0] === a.customerId,
  );
  for (const { last } of ofB)
    await until(
      () => shows(last()),
      ({ customerId, members }) => customerId === b.customerId && members.length === 1,
    );
  const words = (packet: ContextState | undefined) =>
    (packet?.conversations ?? []).flatMap((one) => one.messages.map(({ id }) => id));
  await until(
    () => words(ofB[0]!.last()),
    (ids) => ids.includes(said.messageId),
  );
  await until(
    () => words(ofA!.last()),
    (ids) => !ids.includes(said.messageId),
  );
  for (const { opened } of [...watchers, resumed]) (await opened).close();
});

test('a customer who hears of their own conversations comes back after a merge, and misses nothing of what is theirs now', async () => {
  const [mail, phone] = [aMail(), aPhone()];
  const [a, b] = [await says(mail), await says(phone)];
  const viewer = aViewer('customer', { customerId: b.customerId as CustomerId });
  const listen = async (after?: string) => {
    const args = after ? { after } : {};
    const reader = new SinkReader<EventPayload>({ field: 'conversationEvents', args, shareKey: `of ${phone}`, viewer });
    await edge.open(reader.operation, reader);
    await until(
      () => reader.payloads.length,
      (length) => length > 0,
    );
    return reader;
  };
  const first = await listen();

  await mergeCustomers(scope, [a.customerId, b.customerId]);
  await until(
    () => first.stalledCloses,
    (closes) => closes === 1,
  );
  const messageId = await sendMessage(scope, b.conversationId, 'An answer');
  const second = await listen(first.cursor);

  await until(
    () => second.payloads.map(({ event }) => event?.details['messageId']),
    (ids) => ids.includes(messageId),
  );
});
