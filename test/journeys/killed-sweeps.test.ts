import { afterAll, expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { setPresence } from '../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { activatePolicy } from '../../src/services/routing/policies/activate-policy.ts';
import { createPolicy } from '../../src/services/routing/policies/create-policy.ts';
import { routeConversation } from '../../src/services/routing/route-conversation.ts';
import { aScope } from '../support/scopes.ts';
import { aServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const CONTACTS = 80;
const PLACES = 2;
const KILLS = 2;
const LEVEL = { name: 'at once', firstResponseSeconds: 2, warnBeforeSeconds: 1 };

const { database, sql, applicationUrl } = await withDatabase();
const scope = () => aScope(database, 'admin', { now: database.now() });
const server = await aServerProcess(applicationUrl);
afterAll(async () => {
  if (server.isRunning) await server.end('SIGKILL');
});

/** How many conversations were told of each clock, and how often in all. */
async function told(type: string): Promise<{ conversations: number; events: number }> {
  const [row] = await sql<{ conversations: number; events: number }[]>`
    select count(distinct details ->> 'conversationId')::int as conversations, count(*)::int as events
    from events where type = ${type}`;
  return row!;
}

const breached = () => told('conversation.sla_breached');

test(
  'servers are killed while they tell of clocks and give out tasks: no clock and no task is lost, none is told of twice',
  { timeout: 300_000 },
  async () => {
    await ensureInbox(scope(), { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
    await createPolicy(scope(), { document: JSON.stringify({ serviceLevels: [LEVEL] }), note: null });
    const [policy] = await sql<{ version: number }[]>`select max(version) as version from routing_policies`;
    await activatePolicy(scope(), { version: policy!.version });
    for (let i = 0; i < CONTACTS; i += 1) {
      const { conversationId } = await receiveMessage(scope(), {
        ...{ inbox: 'chat', sender: { kind: 'visitor_id', value: `v${i}` }, externalId: `x${i}`, text: 'Hei' },
        occurredAt: database.now(),
      });
      await routeConversation(scope(), conversationId);
    }
    // They come while no process runs: who starts finds all of it due at once.
    const agents = await Promise.all(
      Array.from({ length: CONTACTS / PLACES }, (_, i) =>
        ensureAgent(scope(), { externalId: `a${i}`, name: `Agent ${i}`, capacity: PLACES, skills: {} }),
      ),
    );
    for (const id of agents) await setPresence(scope(), id, 'online');

    for (let kill = 0; kill < KILLS; kill += 1) {
      const { events: before } = await breached();
      await server.start();
      await until(breached, ({ events }) => events > before || events === CONTACTS, 120_000);
      await server.end('SIGKILL');
    }
    await server.start();
    await until(breached, ({ conversations }) => conversations === CONTACTS, 120_000);
    const pending = async () =>
      (await sql<[{ count: number }]>`select count(*)::int as count from routing_tasks where state = 'pending'`)[0]
        .count;
    await until(pending, (count) => count === 0, 120_000);

    expect(await breached()).toEqual({ conversations: CONTACTS, events: CONTACTS });
    const warned = await told('conversation.sla_warned');
    expect(warned.events).toBe(warned.conversations);
    expect(
      await sql`
        select count(*)::int as tasks, count(distinct conversation_id)::int as conversations, count(distinct agent_id)::int as agents
        from routing_tasks where state = 'assigned'`,
    ).toEqual([{ tasks: CONTACTS, conversations: CONTACTS, agents: CONTACTS / PLACES }]);
    expect(await sql`select distinct load from agents`).toEqual([{ load: PLACES }]);
  },
);
