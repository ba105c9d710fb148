import { expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { post } from '../support/graphql.ts';
import { journalOf } from '../support/journal.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
// A second process that sweeps as well.
await withApp(database);
const { sql } = database;

test('an agent whose desk shows packets is there; when its socket is gone, the agent is offline, told once by two processes', async () => {
  const id = await ensureAgent(systemScope(database), { externalId: 'aino', name: 'Aino', capacity: 5, skills: {} });
  const { secret } = await aKey(database, 'agent', { agentId: id });
  const { body } = await post(
    app.url,
    secret,
    `mutation($id: ID!) {
      agentPresenceSet(id: $id, presence: ONLINE, channelsOff: [VOICE], heartbeatSeconds: 5) {
        agent { presence channelsOff heartbeatSeconds } userErrors { code } } }`,
    { id },
  );
  expect(body.data).toEqual({
    agentPresenceSet: {
      agent: { presence: 'ONLINE', channelsOff: ['VOICE'], heartbeatSeconds: 5 },
      userErrors: [],
    },
  });
  const socket = await new RawSocket(app.url.replace(/^http/, 'ws')).connected(secret);
  socket.subscribe('p', 'subscription { contextPackets(assignedToMe: true) { cursor } }');
  await socket.until(() => socket.of('p').length > 0);
  const leftMs = async () => {
    const [row] = await sql`
      select (extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as ms from agent_heartbeats where agent_id = ${id}`;
    return (row?.ms ?? null) as number | null;
  };
  await sql`update agent_heartbeats set due_at = clock_timestamp() + interval '3 seconds'`;
  await until(leftMs, (ms) => (ms ?? 0) > 4_000);

  socket.socket.terminate();
  await until(leftMs, (ms) => ms === null);

  const told = (await journalOf(sql, `agent:${id}`)).filter(({ type }) => type === 'agent.presence_changed');
  expect(told.map(({ details }) => [details!['presence'], details!['reason'] ?? null])).toEqual([
    ['online', null],
    ['offline', 'vanished'],
  ]);
});
