import { afterAll, expect, test } from 'vitest';

import { openDatabase } from '../../../src/database/open-database.ts';
import { beatHeart, hearAgents, sweepHeartbeats } from '../../../src/services/conversations/agent-heartbeat.ts';
import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { agentsByIds } from '../../../src/services/conversations/read-agents.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import type { AgentId } from '../../../src/values/ids.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql, applicationUrl } = await withDatabase();
/** As another process has it. */
const second = openDatabase(applicationUrl, { poolSize: 4, statementTimeoutMs: 20_000 });
afterAll(() => second.close());
const BEGIN = Date.parse('2026-11-20T12:00:00.000Z');
const at = (seconds: number, db = database) => aScope(db, 'admin', { now: new Date(BEGIN + seconds * 1_000) });
let count = 0;

const anAgent = (skills = {}) =>
  ensureAgent(at(0), { externalId: `a${(count += 1)}`, name: `A${count}`, capacity: 1, skills });
const agentOf = async (id: AgentId) => (await agentsByIds(at(0), [id]))[0]!;
const presencesOf = async (id: AgentId) =>
  (await journalOf(sql, `agent:${id}`)).flatMap(({ type, details }) =>
    type === 'agent.presence_changed' ? [[details!['presence'], details!['reason'] ?? null]] : [],
  );

test('an agent of whom nothing is heard is offline after the time that was asked for, once, and the past is kept', async () => {
  const id = await anAgent();
  await setPresence(at(0), id, 'online', { heartbeatSeconds: 15 });
  await beatHeart(at(10), id);

  expect(await sweepHeartbeats(at(24.999))).toBe(0);
  expect(await sweepHeartbeats(at(25))).toBe(1);
  expect(await sweepHeartbeats(at(26))).toBe(0);

  expect(await agentOf(id)).toMatchObject({
    presence: 'offline',
    presenceChangedAt: at(25).now,
    heartbeatSeconds: null,
  });
  expect(await presencesOf(id)).toEqual([
    ['online', null],
    ['offline', 'vanished'],
  ]);
  const versions = await sql`select presence, valid_to from agent_versions where agent_id = ${id} order by valid_from`;
  expect(versions.at(-2)).toEqual({ presence: 'online', validTo: at(25).now });
  expect(versions.at(-1)).toEqual({ presence: 'offline', validTo: null });
});

test('who never asked for a heartbeat, or asked for none any more, stays as they were told to be', async () => {
  const [never, nomore] = [await anAgent(), await anAgent()];
  await setPresence(at(0), never, 'online');
  await setPresence(at(0), nomore, 'online', { heartbeatSeconds: 15 });
  await setPresence(at(5), nomore, 'online', { heartbeatSeconds: 0 });

  expect(await sweepHeartbeats(at(100_000))).toBe(0);

  expect([(await agentOf(never)).presence, (await agentOf(nomore)).presence]).toEqual(['online', 'online']);
});

test('a heartbeat that comes too late is refused, swept or not, and brings nobody back', async () => {
  const id = await anAgent();
  await setPresence(at(0), id, 'online', { heartbeatSeconds: 15 });

  await expect(beatHeart(at(15), id)).rejects.toMatchObject({ code: 'CONFLICT' });
  await sweepHeartbeats(at(15));
  await expect(beatHeart(at(16), id)).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(beatHeart(at(16), 'agt_none')).rejects.toMatchObject({ code: 'NOT_FOUND' });

  expect((await agentOf(id)).presence).toBe('offline');
});

test('offline ends the heartbeat, and the next presence lasts unless it asks again', async () => {
  const id = await anAgent();
  await setPresence(at(0), id, 'online', { heartbeatSeconds: 15 });
  await setPresence(at(1), id, 'offline');
  await setPresence(at(2), id, 'online');

  expect(await sweepHeartbeats(at(1_000))).toBe(0);
  expect(await agentOf(id)).toMatchObject({ presence: 'online', heartbeatSeconds: null });
});

test('setting the presence counts as being heard of, and keeps the heartbeat', async () => {
  const id = await anAgent();
  await setPresence(at(0), id, 'online', { heartbeatSeconds: 15 });
  await setPresence(at(14), id, 'away', { awayReason: 'Lunch' });

  expect(await sweepHeartbeats(at(16))).toBe(0);
  expect(await agentOf(id)).toMatchObject({ presence: 'away', awayReason: 'Lunch', heartbeatSeconds: 15 });
  expect(await sweepHeartbeats(at(29))).toBe(1);
  expect(await agentOf(id)).toMatchObject({ presence: 'offline', awayReason: null });
});

test('open subscriptions count as heartbeats, written when a third of the time is over', async () => {
  const id = await anAgent();
  await setPresence(at(0), id, 'online', { heartbeatSeconds: 30 });
  const dueAfter = async () => {
    const [row] = await sql`select due_at from agent_heartbeats where agent_id = ${id}`;
    return ((row!.dueAt as Date).getTime() - BEGIN) / 1_000;
  };

  await hearAgents(at(9), [id, 'agt_none']);
  expect(await dueAfter()).toBe(30);
  await hearAgents(at(11), [id]);
  expect(await dueAfter()).toBe(41);
  await hearAgents(at(41), [id]);
  expect(await dueAfter()).toBe(41);
});

test('two processes that sweep while hearts beat: each vanished agent is told of once, nobody who was heard of is', async () => {
  const agents = await Promise.all(Array.from({ length: 40 }, () => anAgent()));
  for (const id of agents) await setPresence(at(0), id, 'online', { heartbeatSeconds: 15 });
  const alive = agents.filter((_, i) => i % 2 === 0);

  await Promise.all(alive.map((id, i) => beatHeart(at(14, i % 4 === 0 ? database : second), id)));
  const sweeps = Array.from({ length: 6 }, (_, i) => sweepHeartbeats(at(20, i % 2 === 0 ? database : second)));
  const sets = alive.map((id) => setPresence(at(20, second), id, 'away'));
  const told = await Promise.all(sweeps);
  await Promise.all(sets);
  await sweepHeartbeats(at(20));

  expect(told.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(20);
  for (const [i, id] of agents.entries())
    expect((await presencesOf(id)).map(([presence]) => presence)).toEqual(
      i % 2 === 0 ? ['online', 'away'] : ['online', 'offline'],
    );
});

test('channels are switched off one by one: kept with their past, told without the reason, and again is no fact', async () => {
  const id = await anAgent();
  await setPresence(at(1), id, 'online', { channelsOff: ['voice', 'email', 'voice'] });
  await setPresence(at(2), id, 'online');
  await setPresence(at(3), id, 'online', { channelsOff: ['email', 'voice'] });
  await setPresence(at(4), id, 'away', { awayReason: 'Doctor' });
  await setPresence(at(5), id, 'away', { channelsOff: [] });

  expect(await agentOf(id)).toMatchObject({ presence: 'away', channelsOff: [], presenceChangedAt: at(4).now });
  const told = (await journalOf(sql, `agent:${id}`)).slice(1).map(({ details }) => details);
  const both = { agentId: id, channelsOff: ['email', 'voice'], formerChannelsOff: [] };
  expect(told).toEqual([
    { ...both, presence: 'online', formerPresence: 'offline' },
    { agentId: id, presence: 'away', formerPresence: 'online' },
    { agentId: id, presence: 'away', formerPresence: 'away', channelsOff: [], formerChannelsOff: ['email', 'voice'] },
  ]);
  const versions = await sql`
    select presence, away_reason, channels_off from agent_versions where agent_id = ${id} order by valid_from`;
  expect([...versions].slice(1)).toEqual([
    { presence: 'online', awayReason: null, channelsOff: ['email', 'voice'] },
    { presence: 'away', awayReason: 'Doctor', channelsOff: ['email', 'voice'] },
    { presence: 'away', awayReason: null, channelsOff: [] },
  ]);
});

test.each([
  ['online', { awayReason: 'Lunch' }, ['awayReason']],
  ['online', { heartbeatSeconds: 4 }, ['heartbeatSeconds']],
  ['online', { heartbeatSeconds: 3_601 }, ['heartbeatSeconds']],
  ['away', { awayReason: 'x'.repeat(201) }, ['awayReason']],
] as const)('%s with %o is refused and changes nothing', async (presence, settings, field) => {
  const id = await anAgent();
  const before = await rowCounts(sql);

  await expect(setPresence(at(1), id, presence, settings)).rejects.toMatchObject({ code: 'INVALID_INPUT', field });

  expect(await rowCounts(sql)).toEqual(before);
  expect((await agentOf(id)).presence).toBe('offline');
});

test('an agent speaks for nobody else, by heartbeat neither', async () => {
  const [own, other] = [await anAgent(), await anAgent()];
  await setPresence(at(0), other, 'online', { heartbeatSeconds: 15 });
  const agent = aScope(database, 'agent', { agentId: own, now: at(5).now });

  await expect(beatHeart(agent, other)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  await expect(setPresence(agent, other, 'offline')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });

  expect(await sweepHeartbeats(at(15))).toBe(1);
});
