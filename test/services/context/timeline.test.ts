import fc from 'fast-check';
import { expect, test } from 'vitest';

import { addNote } from '../../../src/services/conversations/add-note.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { handOff } from '../../../src/services/conversations/hand-off.ts';
import { reopenConversation } from '../../../src/services/conversations/reopen-conversation.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { upsertTeam } from '../../../src/services/conversations/upsert-team.ts';
import { timelinesOfPersons, type TimelineEntry } from '../../../src/services/context/read-timeline.ts';
import type { TimelineRequest } from '../../../src/services/context/timeline-sources.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { setTraits } from '../../../src/services/customers/set-traits.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { recordTrackingEvents } from '../../../src/services/orders/record-tracking-events.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import { ALL_RIGHTS } from '../../../src/values/rights.ts';
import { newId, type CustomerId } from '../../../src/values/ids.ts';
import type { Scope } from '../../../src/services/scope.ts';
import { at, factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = { ...aScope(database), now: at('20:00') };
const mail = await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });

const ALL: TimelineRequest = { first: 100, after: null, kinds: null, channels: null, since: null, until: null };
async function timelineOf(id: CustomerId, request: Partial<TimelineRequest> = {}, as: Scope = scope) {
  const [page] = await timelinesOfPersons(as, [id], { ...ALL, ...request });
  return page!;
}
const told = (entries: readonly TimelineEntry[]) =>
  entries.map(({ kind, occurredAt, details }) => [kind, occurredAt.toISOString().slice(11, 16), details?.['status']]);

let count = 0;
async function aPersonWithEverything(): Promise<CustomerId> {
  const value = `t${(count += 1)}@example.com`;
  const { customerId, conversationId } = await receiveMessage(
    { ...scope, now: at('09:00') },
    {
      inbox: mail.id,
      sender: { kind: 'email', value },
      externalId: value,
      text: 'Where is it?',
      occurredAt: at('09:00'),
    },
  );
  await addNote({ ...scope, now: at('09:10') }, conversationId, 'is a regular');
  const facts = factsOf(`#${value}`, customerId);
  await recordOrderFacts(scope, [facts.placed(), facts.shipped(), facts.returned()]);
  await recordTrackingEvents(scope, [
    { trackingNumber: `T-#${value}`, source: 'p', sourceEventId: value, status: 'in_transit', occurredAt: at('12:00') },
  ]);
  const trait = { kind: 'text', value: 'approved' } as const;
  await setTraits(scope, customerId, [{ key: 'financing_status', trait, source: 'bank', occurredAt: at('16:00') }]);
  await resolveConversation({ ...scope, now: at('17:00') }, conversationId);
  return customerId;
}
const anna = await aPersonWithEverything();

test('everything that happened stands in one list, newest first, under whatever customer id it arrived', async () => {
  const member = await upsertCustomer(
    { ...scope, now: at('19:00') },
    { identities: [{ kind: 'loyalty_id', value: 'L1' }], source: 'till' },
  );
  const person = await aPersonWithEverything();
  await sql`insert into person_links values (${member.customerId}, ${person}, now())`;

  const { nodes, hasNextPage } = await timelineOf(person);

  expect(told(nodes)).toEqual([
    ['identity_added', '19:00', undefined],
    ['conversation_resolved', '17:00', undefined],
    ['trait_changed', '16:00', undefined],
    ['return_step', '15:00', 'requested'],
    ['order_status_changed', '15:00', 'return_started'],
    ['tracking', '12:00', 'in_transit'],
    ['order_placed', '10:00', undefined],
    ['note', '09:10', undefined],
    ['message', '09:00', undefined],
    ['identity_added', '09:00', undefined],
    ['conversation_opened', '09:00', undefined],
  ]);
  expect(hasNextPage).toBe(false);
});

test('a conversation that is opened again keeps each time that it was resolved, under the same ids', async () => {
  const when = (clock: string): Scope => ({ ...scope, now: at(clock) });
  const message = (clock: string) => ({
    ...{
      inbox: mail.id,
      sender: { kind: 'email', value: 'again@example.com' } as const,
      text: 'Again',
      occurredAt: at(clock),
    },
    externalId: `again-${clock}`,
    threadId: 'again',
  });
  const { customerId, conversationId } = await receiveMessage(when('08:00'), message('08:00'));
  await routeConversation(when('08:10'), conversationId);
  const team = await upsertTeam(scope, { externalId: 'again', name: 'Again', memberIds: [] });
  await handOff(when('08:20'), conversationId, { to: { teamId: team }, summary: 'Yours' });
  const kinds = ['conversation_resolved', 'conversation_reopened', 'handed_off', 'routed'] as const;
  const steps = async () => (await timelineOf(customerId, { kinds })).nodes;
  await resolveConversation(when('09:00'), conversationId);
  const before = await steps();
  await receiveMessage(when('10:00'), message('10:00'));
  await resolveConversation(when('11:00'), conversationId);
  await reopenConversation(when('12:00'), conversationId);
  await resolveConversation(when('13:00'), conversationId);

  const after = await steps();

  expect(told(after)).toEqual([
    ['conversation_resolved', '13:00', undefined],
    ['conversation_reopened', '12:00', undefined],
    ['conversation_resolved', '11:00', undefined],
    ['conversation_reopened', '10:00', undefined],
    ['conversation_resolved', '09:00', undefined],
    ['handed_off', '08:20', undefined],
    ['routed', '08:10', undefined],
  ]);
  expect(after.slice(-3)).toEqual(before);
  const walked: TimelineEntry[] = [];
  for (let page = await timelineOf(customerId, { kinds, first: 1 }); ;) {
    walked.push(...page.nodes);
    if (!page.hasNextPage) break;
    page = await timelineOf(customerId, { kinds, first: 1, after: page.keysetOf(page.nodes[0]!) });
  }
  expect(walked).toEqual(after);
});

test('kinds, channels and time narrow it', async () => {
  expect(told((await timelineOf(anna, { kinds: ['message', 'tracking'] })).nodes)).toEqual([
    ['tracking', '12:00', 'in_transit'],
    ['message', '09:00', undefined],
  ]);
  expect(told((await timelineOf(anna, { channels: ['email'] })).nodes).map(([kind]) => kind)).toEqual([
    'conversation_resolved',
    'message',
    'conversation_opened',
  ]);
  expect((await timelineOf(anna, { channels: ['live_chat'] })).nodes).toEqual([]);
  expect((await timelineOf(anna, { kinds: [] })).nodes).toEqual([]);
  const between = await timelineOf(anna, { since: at('10:00'), until: at('15:00') });
  expect(told(between.nodes).map(([kind]) => kind)).toEqual(['tracking', 'order_placed']);
});

test('C9: who lacks a right sees nothing of that source, and may not ask for it by kind', async () => {
  for (const [right, kinds] of [
    ['orders:read', ['order_placed', 'order_status_changed', 'tracking', 'return_step']],
    ['notes:read', ['note']],
    ['conversations:read', ['message', 'conversation_opened', 'conversation_resolved', 'handed_off']],
    ['routing:read', ['routed']],
  ] as const) {
    const without = aScope(database, 'admin', { rights: new Set(ALL_RIGHTS.filter((each) => each !== right)) });

    const { nodes } = await timelineOf(anna, {}, without);

    expect(nodes.filter(({ kind }) => (kinds as readonly string[]).includes(kind))).toEqual([]);
    expect(nodes.length).toBeGreaterThan(0);
    for (const kind of kinds) await expect(timelineOf(anna, { kinds: [kind] }, without)).rejects.toThrow(right);
  }
});

test('a customer reads the own timeline, without notes, and nobody else’s', async () => {
  const other = await aPersonWithEverything();
  const me = aScope(database, 'customer', { customerId: anna });

  expect((await timelineOf(anna, {}, me)).nodes.map(({ kind }) => kind)).not.toContain('note');
  expect((await timelineOf(anna, {}, me)).nodes).toHaveLength(9);
  expect((await timelineOf(other, {}, me)).nodes).toEqual([]);
});

/** Messages of one moment and of many, written straight into the table. */
async function messages(customerId: CustomerId, minutes: readonly number[]): Promise<string[]> {
  const [conversation] = await sql<{ id: string }[]>`
    select id from conversations where customer_id = ${anna} limit 1`;
  const ids = minutes.map(() => newId('message', Math.floor(Math.random() * 2 ** 40)));
  await sql`
    insert into messages (id, conversation_id, inbox_id, customer_id, direction, visibility, author_kind, author_id, text,
      occurred_at, received_at, recorded_at)
    select id, ${conversation!.id}, ${mail.id}, ${customerId}, 'inbound', 'public', 'customer', 'x', 'x', at, at, at
    from (select id, ${at('00:00')}::timestamptz + minute * interval '1 minute' as at
      from unnest(${ids}::text[], ${[...minutes]}::int[]) as m(id, minute)) m`;
  return ids;
}

test('X19: over pages while others write, each entry comes at most once and none that was there is missed', async () => {
  const minute = fc.integer({ min: 0, max: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(minute, { minLength: 1, maxLength: 40 }),
      fc.array(fc.array(minute, { maxLength: 5 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 9 }),
      async (there, coming, first) => {
        const { customerId } = await upsertCustomer(scope, {
          identities: [{ kind: 'email', value: `x${(count += 1)}@example.com` }],
          source: 'x',
        });
        const before = await messages(customerId, there);
        const seen: string[] = [];
        let after: TimelineRequest['after'] = null;
        for (let page = 0; ; page += 1) {
          const read = await timelineOf(customerId, { first, after });
          seen.push(...read.nodes.map(({ id }) => id));
          if (!read.hasNextPage) break;
          after = read.keysetOf(read.nodes.at(-1)!);
          const late = coming[page];
          if (late) await messages(customerId, late);
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(before.filter((id) => !seen.includes(id))).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});

test('a page of a history of 100,000 entries reads a page of it', async () => {
  const { customerId } = await upsertCustomer(scope, {
    identities: [{ kind: 'email', value: 'long@x.fi' }],
    source: 'x',
  });
  await messages(
    customerId,
    Array.from({ length: 100_000 }, (_, i) => i),
  );
  await sql`analyze messages`;
  const rowsReadFor = (request: Partial<TimelineRequest>) =>
    atomically(scope, async (tx) => {
      const rowsRead = async () => {
        const [read] = await tx.db.sql<{ rows: number }[]>`
          select sum(seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables where relname = 'messages'`;
        return read!.rows;
      };
      const before = await rowsRead();
      const { nodes } = await timelineOf(customerId, { first: 20, ...request }, tx);
      return { entries: nodes.length, rows: (await rowsRead()) - before };
    });

  const [middle] = await sql<{ at: Date }[]>`
    select ${at('00:00')}::timestamptz + 50000 * interval '1 minute' as at`;
  const pages = [
    await rowsReadFor({}),
    await rowsReadFor({ after: { at: middle!.at, id: 'a' } }),
    await rowsReadFor({ until: middle!.at, kinds: ['message', 'note'] }),
    await rowsReadFor({ channels: ['email'] }),
  ];

  for (const { entries, rows } of pages) {
    expect(entries).toBe(20);
    expect(rows).toBeLessThan(60);
  }
  // Nothing on this channel: the index alone says so.
  expect(await rowsReadFor({ channels: ['live_chat'] })).toEqual({ entries: 0, rows: 0 });
});
