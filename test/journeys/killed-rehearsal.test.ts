import { afterAll, expect, test } from 'vitest';

import { rehearsePolicy } from '../../src/services/routing/rehearsals/rehearse-policy.ts';
import { rehearsalsByIds } from '../../src/services/routing/rehearsals/read-rehearsals.ts';
import { runRehearsal } from '../../src/services/routing/rehearsals/run-rehearsal.ts';
import { aScope } from '../support/scopes.ts';
import { aServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

/** Another policy than the one in force, over a drawn day: the same each time. */
const WISH = { document: '{"requirements": [], "weights": {"continuity": 0}}', seed: 11 };
/** How far it is when its process is killed. */
const KILLED_AT_PERCENT = 50;

const { database, sql, applicationUrl } = await withDatabase();
const scope = () => aScope(database, 'admin', { now: database.now() });
const server = await aServerProcess(applicationUrl);
afterAll(async () => {
  if (server.isRunning) await server.end('SIGKILL');
});

const contactsOf = (id: string) => sql`
  select number, contact, active, rehearsed, is_different from routing_rehearsed_contacts where rehearsal_id = ${id} order by number`;

test(
  'a server is killed in the middle of a rehearsal: the next one does it from the beginning, and it says what it says undisturbed',
  { timeout: 300_000 },
  async () => {
    const undisturbed = await rehearsePolicy(scope(), WISH);
    await runRehearsal(scope(), { signal: new AbortController().signal });
    const id = await rehearsePolicy(scope(), WISH);
    const standing = async () => (await rehearsalsByIds(scope(), [id]))[0]!;

    await server.start();
    // The times say once a minute; nobody need wait for it.
    await database.enqueue(sql, { queue: 'rehearse-policies', data: {}, group: 'test', startAfter: null });
    await until(
      standing,
      ({ state, progressPercent }) => state === 'running' && progressPercent >= KILLED_AT_PERCENT,
      120_000,
    );
    await server.end('SIGKILL');
    expect(await standing()).toMatchObject({ state: 'running', report: null, endedAt: null });
    // So long after its last heartbeat a job is taken from its process.
    await sql`
      update pgboss.job set heartbeat_on = now() - interval '1 minute' where name = 'rehearse-policies' and state = 'active'`;
    await server.start();
    await until(standing, ({ progressPercent }) => progressPercent < KILLED_AT_PERCENT, 120_000);
    await until(standing, ({ state }) => state === 'done', 120_000);

    const [expected] = await rehearsalsByIds(scope(), [undisturbed]);
    expect(expected!.report!.active.contacts).toBeGreaterThan(7_000);
    expect((await standing()).report).toEqual(expected!.report);
    expect(await contactsOf(id)).toEqual(await contactsOf(undisturbed));
    expect(await runRehearsal(scope(), { signal: new AbortController().signal })).toBe(false);
  },
);
