import { expect, test } from 'vitest';

import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { createPolicy } from '../../../src/services/routing/policies/create-policy.ts';
import { policiesByIds } from '../../../src/services/routing/policies/read-policies.ts';
import { readActivePolicy } from '../../../src/services/routing/policies/read-active-policy.ts';
import { differencesOfRehearsals, rehearsalsByIds } from '../../../src/services/routing/rehearsals/read-rehearsals.ts';
import { rehearsePolicy, type RehearsalWish } from '../../../src/services/routing/rehearsals/rehearse-policy.ts';
import { REHEARSAL_LIMITS, runRehearsal } from '../../../src/services/routing/rehearsals/run-rehearsal.ts';
import type { Refusal } from '../../../src/values/refusal.ts';
import { aScope } from '../../support/scopes.ts';
import { tableDigests } from '../../support/table-digests.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';
import { theWorstPolicy } from '../../support/the-worst-policy.ts';

const { database, sql } = await withDatabase();
const NOON = Date.parse('2026-11-20T12:00:00.000Z');
const at = (seconds: number) => aScope(database, 'admin', { now: new Date(NOON + seconds * 1_000) });
const page = { first: 100, after: null };
const { signal } = new AbortController();

async function done(wish: RehearsalWish) {
  const id = await rehearsePolicy(at(3_600), wish);
  expect(await runRehearsal(at(3_601), { signal })).toBe(true);
  return { id, rehearsal: (await rehearsalsByIds(at(3_602), [id]))[0]! };
}

test('over history it says who would have had what: a Finn goes to whoever speaks Finnish under the one, waits for nobody under the other', async () => {
  await ensureInbox(at(-100), { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
  const [aino, bob] = await Promise.all(
    [
      { externalId: 'aino', name: 'Aino', capacity: 1, skills: { 'language:fi': 5 } },
      { externalId: 'bob', name: 'Bob', capacity: 1, skills: {} },
    ].map((agent) => ensureAgent(at(-100), agent)),
  );
  for (const id of [aino!, bob!]) await setPresence(at(-50), id, 'online');
  const ids: string[] = [];
  for (const [i, language] of ['fi', 'fi'].entries()) {
    const scope = at(i * 10);
    const { conversationId } = await receiveMessage(scope, {
      ...{ inbox: 'chat', sender: { kind: 'visitor_id', value: `v${i}` }, externalId: `x${i}`, text: 'Hei', language },
      occurredAt: scope.now,
    });
    ids.push(conversationId);
  }
  const before = await tableDigests(sql);

  // Under the default policy the second Finn waits for Aino until the work with the first is over, five minutes later.
  const { id, rehearsal } = await done({
    document: '{"requirements": [], "weights": {"continuity": 0}}',
    historyDays: 1,
  });

  expect(rehearsal).toMatchObject({
    state: 'done',
    progressPercent: 100,
    version: null,
    activeVersion: 1,
    historyDays: 1,
  });
  const { active, rehearsed } = rehearsal.report!;
  expect(active).toMatchObject({
    contacts: 2,
    unanswered: 0,
    answeredInFiveMinutes: 2,
    p95WaitSeconds: 290,
    transfers: 0,
  });
  expect(rehearsed).toMatchObject({
    contacts: 2,
    unanswered: 0,
    meanWaitSeconds: 0,
    p95WaitSeconds: 0,
    busyHoursSpread: 0,
  });
  const [differences] = await differencesOfRehearsals(at(3_602), [id], page);
  const second = differences!.nodes.find(({ contact }) => contact === ids[1])!;
  expect(second).toMatchObject({ number: 2, active: { agentId: aino, waitSeconds: 290, transfers: 0 } });
  expect(second.rehearsed!.waitSeconds).toBe(0);
  const changed = Object.entries(await tableDigests(sql)).filter(([table, digest]) => before[table] !== digest);
  expect(changed.map(([table]) => table).sort()).toEqual(['routing_rehearsals', 'routing_rehearsed_contacts']);
});

test('over a drawn day a version does the same as itself, and the same seed is the same day', async () => {
  const [own] = await Promise.all([createPolicy(at(3_600), { document: '{"name": "as it is"}' })]);
  const version = (await policiesByIds(at(3_600), [own]))[0]!.version;

  const { id, rehearsal } = await done({ version, seed: 11 });

  expect(rehearsal.report!.rehearsed).toEqual(rehearsal.report!.active);
  expect(rehearsal.report!.active.contacts).toBeGreaterThan(7_000);
  expect((await differencesOfRehearsals(at(3_602), [id], page))[0]!.nodes).toEqual([]);
  expect((await readActivePolicy(at(3_602))).version).toBe(1);
});

test('what a process was killed at is done again from the beginning, and nothing waits then', async () => {
  const id = await rehearsePolicy(at(3_700), { version: 1, historyDays: 1 });
  await sql`update routing_rehearsals set state = 'running', progress_percent = 40 where id = ${id}`;
  await sql`
    insert into routing_rehearsed_contacts (rehearsal_id, number, contact, is_different) values (${id}, 1, 'half', true)`;

  expect(await runRehearsal(at(3_701), { signal })).toBe(true);
  expect(await runRehearsal(at(3_701), { signal })).toBe(false);
  expect((await rehearsalsByIds(at(3_702), [id]))[0]).toMatchObject({
    state: 'done',
    report: { active: { contacts: 2 } },
  });
  expect((await differencesOfRehearsals(at(3_702), [id], page))[0]!.nodes).toEqual([]);
});

test('under the worst policy that can be written whoever serves goes on serving, and a stop ends it in the middle', async () => {
  const id = await rehearsePolicy(at(3_800), { document: theWorstPolicy(), seed: 1 });
  const stop = new AbortController();
  const [all, ours] = [process.cpuUsage(), process.threadCpuUsage()];
  const running = runRehearsal(at(3_801), { signal: stop.signal });

  let answered = 0;
  const used = await until(
    async () => {
      const [rehearsal] = await rehearsalsByIds(at(3_802), [id]);
      answered += 1;
      return { rehearsal, seconds: process.cpuUsage(all).user / 1e6 };
    },
    ({ seconds }) => seconds >= 2,
  );
  const share = process.threadCpuUsage(ours).user / 1e6 / used.seconds;
  expect(used.rehearsal).toMatchObject({ state: 'running', report: null });
  // It costs what it costs, and not the thread that answers: by time used, whoever else uses the machine.
  expect(share).toBeLessThan(0.5);
  expect(answered).toBeGreaterThan(1);

  stop.abort();
  expect(await running).toBe(false);
  expect((await rehearsalsByIds(at(3_803), [id]))[0]).toMatchObject({ state: 'running', endedAt: null });

  const tooLong = runRehearsal(at(3_804), { signal, limits: { ...REHEARSAL_LIMITS, mostSeconds: 1 } });
  await expect(tooLong).rejects.toThrow('The rehearsal took longer than 1 s.');
  expect((await rehearsalsByIds(at(3_805), [id]))[0]).toMatchObject({ state: 'failed', report: null });
});

test('a rehearsal that needs more memory than it may have fails alone', async () => {
  const id = await rehearsePolicy(at(3_900), { version: 1, seed: 3 });
  const tooLarge = runRehearsal(at(3_901), { signal, limits: { ...REHEARSAL_LIMITS, mostMegabytes: 8 } });
  await expect(tooLarge).rejects.toMatchObject({ code: 'ERR_WORKER_OUT_OF_MEMORY' });
  expect((await rehearsalsByIds(at(3_902), [id]))[0]).toMatchObject({ state: 'failed', report: null });
});

test('what cannot be rehearsed is refused, and nothing is asked for', async () => {
  const before = await tableDigests(sql);
  for (const [wish, code] of [
    [{ historyDays: 1 }, 'INVALID_INPUT'],
    [{ version: 1, document: '{}', seed: 1 }, 'INVALID_INPUT'],
    [{ version: 1 }, 'INVALID_INPUT'],
    [{ version: 1, historyDays: 32 }, 'INVALID_INPUT'],
    [{ version: 99, seed: 1 }, 'NOT_FOUND'],
    [{ document: '{"name": 1}', seed: 1 }, 'INVALID_INPUT'],
  ] as const)
    await expect(rehearsePolicy(at(0), wish)).rejects.toMatchObject({ code } satisfies Partial<Refusal>);
  expect(await tableDigests(sql)).toEqual(before);
});
