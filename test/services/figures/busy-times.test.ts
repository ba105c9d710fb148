import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';

import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { readAgentUtilisation } from '../../../src/services/figures/agent-utilisation.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import { settleRouting } from '../../../src/services/routing/settle-routing.ts';
import type { AgentId, ConversationId } from '../../../src/values/ids.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const BEGIN = Date.parse('2026-11-20T08:00:00.000Z');
const at = (minutes: number) => aScope(database, 'admin', { now: new Date(BEGIN + minutes * 60_000) });
let count = 0;

beforeAll(async () => {
  await ensureInbox(at(-60), { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
  await ensureInbox(at(-60), { externalId: 'line', channel: 'voice', name: 'Line' });
});

async function anAgent(minutes: number, capacity: number): Promise<AgentId> {
  const id = await ensureAgent(at(minutes), { externalId: `a${(count += 1)}`, name: 'A', capacity, skills: {} });
  await setPresence(at(minutes), id, 'online');
  return id;
}

async function aContact(minutes: number, inbox: 'chat' | 'line' = 'chat'): Promise<ConversationId> {
  const kind = inbox === 'line' ? ('phone' as const) : ('visitor_id' as const);
  const value = inbox === 'line' ? `+35840100${1_000 + (count += 1)}` : `v${(count += 1)}`;
  const { conversationId } = await receiveMessage(at(minutes), {
    ...{ inbox, sender: { kind, value }, externalId: `x${(count += 1)}`, text: 'Hei' },
    occurredAt: at(minutes).now,
  });
  await routeConversation(at(minutes), conversationId);
  return conversationId;
}

/** In minutes: available, busy, full, offline. */
async function minutesOf(agentId: AgentId, from: number, until: number, asOf = until) {
  const { agents } = await readAgentUtilisation(at(asOf), { from: at(from).now, until: at(until).now });
  const use = agents.find((one) => one.agentId === agentId);
  // Who was hardly there and did nothing is left out.
  if (!use) return [0, 0, 0, 0];
  const seconds = [use.availableSeconds, use.busySeconds, use.fullSeconds, use.offlineSeconds];
  return seconds.map((one) => (one ?? Number.NaN) / 60);
}

test('the time in which an agent had work, and as much as there are places, is counted while they were there', async () => {
  const agent = await anAgent(0, 2);
  const first = await aContact(10);
  const second = await aContact(20);
  await resolveConversation(at(30), first);
  await resolveConversation(at(40), second);
  // A call takes every place; the break in it is none in which somebody was there.
  const call = await aContact(50, 'line');
  await setPresence(at(52), agent, 'away');
  await setPresence(at(54), agent, 'online');
  await resolveConversation(at(55), call);

  expect(await minutesOf(agent, 0, 60)).toEqual([58, 33, 13, 0]);
  expect(await minutesOf(agent, 15, 25)).toEqual([10, 10, 5, 0]);
  expect(await minutesOf(agent, 41, 49)).toEqual([8, 0, 0, 0]);

  // What an agent had who is gone is somebody else's, and not theirs again when they come back.
  await aContact(70);
  const other = await anAgent(75, 1);
  await setPresence(at(80), agent, 'offline');
  await settleRouting(at(81));
  await setPresence(at(90), agent, 'online');
  expect(await minutesOf(agent, 60, 100)).toEqual([30, 10, 0, 10]);
  expect(await minutesOf(other, 60, 100)).toEqual([25, 19, 19, 0]);
  // It is still there on another day; what has not happened yet is not counted.
  expect(await minutesOf(other, 20_000, 20_060, 20_030)).toEqual([30, 30, 30, 0]);
  await setPresence(at(20_060), other, 'offline');
  await setPresence(at(20_060), agent, 'offline');
});

type Act = { readonly kind: 'contact' | 'resolve' | 'presence'; readonly pick: number };
const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom('contact', 'contact', 'contact', 'resolve', 'resolve', 'presence'),
  pick: fc.nat(1_000),
});

test(
  'whatever routing does, it is what the places themselves showed from minute to minute',
  { timeout: 120_000 },
  async () => {
    let day = 30_000;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 40 }), async (acts) => {
        const begin = (day += 20_000);
        const agents = [await anAgent(begin, 1), await anAgent(begin, 2)];
        const seen = new Map(agents.map((id) => [id, [0, 0]]));
        for (const [i, { kind, pick }] of acts.entries()) {
          const minute = begin + i;
          const open = await sql<{ id: ConversationId }[]>`
          select id from conversations where status = 'open' and opened_at >= ${at(begin).now} order by id`;
          const one = open[pick % Math.max(1, open.length)];
          const agentId = agents[pick % agents.length]!;
          if (kind === 'contact') await aContact(minute);
          else if (kind === 'presence')
            await setPresence(
              at(minute),
              agentId,
              (['online', 'offline', 'online', 'away'] as const)[(pick >> 1) % 4]!,
            );
          else if (one && kind === 'resolve') await resolveConversation(at(minute), one.id);
          await settleRouting(at(minute));
          const rows = await sql<{ id: AgentId; load: number; capacity: number; presence: string }[]>`
          select id, load, capacity, presence from agents where id = any (${agents as string[]}::text[])`;
          for (const { id, load, capacity, presence } of rows) {
            const minutes = seen.get(id)!;
            if (presence !== 'online') continue;
            minutes[0]! += load > 0 ? 1 : 0;
            minutes[1]! += load >= capacity ? 1 : 0;
          }
        }
        const end = begin + acts.length;
        const counted = new Map<AgentId, unknown>();
        for (const id of agents) counted.set(id, (await minutesOf(id, begin, end)).slice(1, 3));
        expect(counted).toEqual(seen);
        for (const id of agents) await setPresence(at(end), id, 'offline');
        for (const { id } of await sql<{ id: ConversationId }[]>`select id from conversations where status = 'open'`)
          await resolveConversation(at(end), id);
      }),
      { numRuns: 6 },
    );
  },
);
