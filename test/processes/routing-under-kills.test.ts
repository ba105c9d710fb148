import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, expect, test } from 'vitest';

import { openDatabase } from '../../src/database/open-database.ts';
import { createApiKey } from '../../src/services/access/create-api-key.ts';
import { createInbox } from '../../src/services/conversations/create-inbox.ts';
import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { activatePolicy } from '../../src/services/routing/policies/activate-policy.ts';
import { createPolicy } from '../../src/services/routing/policies/create-policy.ts';
import type { AgentId } from '../../src/values/ids.ts';
import { ensureDatabase } from '../../src/database/roles.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { dice } from '../support/dice.ts';
import { post } from '../support/graphql.ts';
import { PersistentCaller, type Act } from '../support/persistent-caller.ts';
import { aScope } from '../support/scopes.ts';
import { aServerProcess, type ServerProcess } from '../support/server-process.ts';
import { applicationUrl, startTestCluster, superuserUrl } from '../support/test-cluster.ts';
import { until } from '../support/until.ts';

// Longer: ROUTING_KILLS=30 npm test -- test/processes/routing-under-kills.test.ts
const kills = Number(process.env['ROUTING_KILLS'] ?? 3);
const seed = Number(process.env['ROUTING_SEED'] ?? randomInt(1_000_000));
const CONTACTS = 10;
const PLACES = 5;

const cluster = await startTestCluster(process.env['PUNOS_TEST_POSTGRES'] ?? '18');
const superuser = singleConnection(superuserUrl(cluster));
await ensureDatabase(superuser, 'kills', cluster.template);
await superuser.end();
const url = applicationUrl(cluster, 'kills');
// What the test sees: its connections come back by themselves.
const database = openDatabase(url, { poolSize: 4, statementTimeoutMs: 20_000 });
const { sql } = database;
const servers: ServerProcess[] = [];
afterAll(async () => {
  for (const server of servers) if (server.isRunning) await server.end('SIGKILL');
  await database.close();
  await cluster.stop();
});

const scope = { ...aScope(database), now: new Date() };
const installation = await readInstallation(sql);
const aSecret = async (role: 'admin' | 'agent', agentId: AgentId | null) => {
  const input = { name: `${role} ${agentId}`, role, scopes: null, expiresAt: null };
  return (await createApiKey(scope, installation, { ...input, agentId, partnerId: null, customerId: null }, null))
    .secret!;
};

async function prepare() {
  const settings = { address: null, brand: null, market: null, businessHours: null, bridgeUrl: null, credentials: [] };
  const chat = { ...settings, channel: 'live_chat', externalId: 'chat', name: 'Chat', routing: 'automatic' as const };
  await createInbox(scope, installation, chat, null);
  const document = {
    declineSeconds: 1,
    offers: { acceptSeconds: 4, wrapUpSeconds: 0 },
    serviceLevels: [{ name: 'everybody', firstResponseSeconds: 2, warnBeforeSeconds: 1 }],
  };
  const policyId = await createPolicy(scope, { document: JSON.stringify(document) });
  const [policy] = await sql<{ version: number }[]>`select version from routing_policies where id = ${policyId}`;
  await activatePolicy(scope, { version: policy!.version });
  const agents = [];
  for (const name of ['aino', 'onni', 'eero', 'saara']) {
    const id = await ensureAgent(scope, { externalId: name, name, capacity: PLACES, skills: {} });
    agents.push({ id, secret: await aSecret('agent', id) });
  }
  return { agents, admin: await aSecret('admin', null) };
}

const MESSAGE = /* GraphQL */ `
  mutation ($input: MessageReceiveInput!) {
    messageReceive(input: $input) {
      message {
        id
        conversation {
          id
        }
      }
      userErrors {
        code
      }
    }
  }
`;
const aContact = (number: string): Act => ({
  mutation: 'messageReceive',
  document: MESSAGE,
  variables: {
    input: {
      inbox: 'chat',
      sender: { kind: 'EMAIL', value: `customer-${number}@example.com` },
      ...{ externalId: `contact-${number}`, text: 'Is anybody there?', occurredAt: new Date().toISOString() },
    },
  },
});
const ACCEPT = 'mutation ($id: ID!) { routingReservationAccept(id: $id) { userErrors { code } } }';
const REJECT = 'mutation ($id: ID!) { routingReservationReject(id: $id) { userErrors { code } } }';
const RESOLVE = 'mutation ($id: ID!) { conversationResolve(id: $id, input: {}) { userErrors { code } } }';
const PRESENCE = /* GraphQL */ `
  mutation ($id: ID!, $heartbeatSeconds: Int) {
    agentPresenceSet(id: $id, presence: ONLINE, heartbeatSeconds: $heartbeatSeconds) {
      userErrors {
        code
      }
    }
  }
`;

/** While the database is away nothing is seen. */
const seen = async <T>(look: () => PromiseLike<T[]>): Promise<T[]> => {
  try {
    return await look();
  } catch {
    return [];
  }
};

test(
  `two processes, killed at any moment, and the database too: all work ends with exactly one agent, every target missed is told of once (seed ${seed})`,
  async () => {
    const chance = dice(seed);
    const { agents, admin } = await prepare();
    const secretOf = new Map(agents.map(({ id, secret }) => [id as string, secret]));
    const settings = { DATABASE_POOL_SIZE: '4', RATE_COST_PER_SECOND: '1000000', RATE_COST_BURST: '10000000' };
    for (let i = 0; i < 2; i += 1) servers.push(await aServerProcess(url, settings));
    await Promise.all(servers.map((server) => server.start()));
    /** Whoever happens to answer, or not: what was done then is seen in the rows. */
    const ask = (secret: string, document: string, variables: Record<string, unknown>) =>
      post(chance.pick(servers).url, secret, document, variables, { connection: 'close' }).catch(() => null);
    const vanishing = agents[0]!;
    const present = async () => {
      for (const { id, secret } of agents.slice(1)) await ask(secret, PRESENCE, { id });
    };

    // Whatever else happens, nobody ever has more than their places.
    let isOver = false;
    const overloaded: unknown[] = [];
    const watching = (async () => {
      while (!isOver) {
        overloaded.push(...(await seen(() => sql`select id, load, capacity from agents where load > capacity`)));
        await pause(20);
      }
    })();
    // Agents take most of what they are offered, and finish some of it.
    let mayReject = true;
    const working = (async () => {
      while (!isOver) {
        const offers = await seen(
          () =>
            sql<
              { id: string; agentId: string }[]
            >`select id, agent_id from routing_reservations where state = 'pending' order by id`,
        );
        for (const { id, agentId } of offers)
          await ask(secretOf.get(agentId)!, mayReject && chance.roll(5) === 0 ? REJECT : ACCEPT, { id });
        const held = await seen(
          () => sql<{ id: string; agentId: string }[]>`
          select c.id, c.assignee_id as agent_id from conversations c where c.status = 'open' and c.assignee_id <> ${vanishing.id} order by c.id`,
        );
        for (const { id, agentId } of held)
          if (chance.roll(6) === 0) await ask(secretOf.get(agentId)!, RESOLVE, { id });
        await pause(30);
      }
    })();

    // An agent with five chats, of whom nothing is heard any more.
    const caller = new PersistentCaller(() => chance.pick(servers).url, admin);
    await ask(vanishing.secret, PRESENCE, { id: vanishing.id, heartbeatSeconds: 5 });
    const acts = Array.from({ length: PLACES }, (_, i) => caller.call(aContact(`first-${i}`)));
    await Promise.all(acts);
    await until(
      () => sql`select 1 from conversations where assignee_id = ${vanishing.id} and status = 'open'`,
      (rows) => rows.length === PLACES,
    );
    await present();

    for (let round = 0; round < kills; round += 1) {
      const contacts = Array.from({ length: CONTACTS }, async (_, i) => {
        await pause(chance.roll(800));
        await caller.call(aContact(`${round}-${i}`));
      });
      // In the middle of an offer.
      await until(
        () => seen(() => sql`select 1 from routing_reservations where state = 'pending'`),
        (offers) => offers.length > 0,
      );
      if (round % 3 === 1) await cluster.crash();
      else {
        const server = servers[round % 2]!;
        await server.end('SIGKILL');
        await server.start();
      }
      await Promise.all(contacts);
      await present();
    }
    mayReject = false;

    const waiting = () =>
      seen(() => sql`select conversation_id from routing_tasks where state in ('pending', 'reserved')`);
    await until(
      async () =>
        [
          await waiting(),
          await seen(() => sql`select 1 from agents where id = ${vanishing.id} and presence = 'offline'`),
        ] as const,
      ([tasks, gone]) => tasks.length === 0 && gone.length === 1,
      120_000,
      50,
    );
    isOver = true;
    await Promise.all([watching, working]);

    expect(overloaded).toEqual([]);
    const ids = caller.acknowledged.map(
      ({ payload }) => (payload['message'] as { conversation: { id: string } }).conversation.id,
    );
    expect(new Set(ids).size).toBe(PLACES + kills * CONTACTS);
    const tasks = await sql<{ conversationId: string; state: string; isTheirs: boolean; agentId: string }[]>`
    select t.conversation_id, t.state, t.agent_id, t.agent_id = c.assignee_id as is_theirs from routing_tasks t join conversations c on c.id = t.conversation_id`;
    expect(tasks.map(({ conversationId }) => conversationId).sort()).toEqual([...ids].sort());
    expect(tasks.filter(({ state, isTheirs }) => !isTheirs || !['assigned', 'completed'].includes(state))).toEqual([]);
    expect(tasks.filter(({ agentId }) => agentId === vanishing.id)).toEqual([]);
    const loads = await sql`
    select a.load, (select count(*)::int from conversations c where c.assignee_id = a.id and c.status = 'open') as work from agents a`;
    expect(loads.filter(({ load, work }) => load !== work)).toEqual([]);

    // Nobody was answered: whose work is not done was promised one and told of it, once.
    await until(
      () => seen(() => sql`select 1 from service_clocks where look_at is not null and ended_at is null`),
      (due) => due.length === 0,
      60_000,
      50,
    );
    const told = await sql<{ id: string; type: string; times: number }[]>`
    select s.stream as id, e.type, count(*)::int as times from events e join event_streams s on s.position = e.position
    where e.type in ('conversation.sla_warned', 'conversation.sla_breached') and s.stream like 'conversation:%' group by 1, 2`;
    expect(told.filter(({ times }) => times !== 1)).toEqual([]);
    const open = await sql<{ id: string }[]>`select id from conversations where status = 'open'`;
    const breached = new Set(told.filter(({ type }) => type === 'conversation.sla_breached').map(({ id }) => id));
    expect(open.filter(({ id }) => !breached.has(`conversation:${id}`))).toEqual([]);
    console.log(
      `${ids.length} contacts, ${kills} kills, ${caller.failures.length} tries that nobody answered, ${breached.size} targets missed`,
    );
  },
  300_000 + kills * 60_000,
);
