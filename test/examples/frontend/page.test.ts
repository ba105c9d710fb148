import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build, createServer, preview } from 'vite';
import { afterAll, expect, test } from 'vitest';

import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { withBrowser } from '../../support/browser.ts';
import { post } from '../../support/graphql.ts';
import { aScope } from '../../support/scopes.ts';
import { aKey, withApp } from '../../support/start-app.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

// A browser and a bundler beside a database on two busy cores: patience, no sleep.
const CONFIG = fileURLToPath(new URL('../../../examples/frontend/vite.config.ts', import.meta.url));

const database = await withDatabase();
const app = await withApp(database);
const scope = aScope(database.database, 'admin', { now: new Date() });
await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
const agentId = await ensureAgent(scope, { externalId: 'aada', name: 'Aada', capacity: 5, skills: {} });
const { secret } = await aKey(database, 'agent', { agentId });
const page = await servePage();
const visit = await withBrowser();

let written = 0;
const write = (text: string) =>
  receiveMessage(
    { ...scope, now: new Date() },
    {
      ...{ inbox: 'chat', externalId: `m${(written += 1)}`, text, occurredAt: new Date() },
      sender: { kind: 'email', value: 'tuuli@example.org', displayName: 'Tuuli' },
    },
  );

/** The page as it is built, with the proxy of its own configuration. */
async function servePage(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'punos-page-'));
  process.env['PUNOS_URL'] = app.url;
  const settings = { configFile: CONFIG, logLevel: 'silent', build: { outDir, emptyOutDir: true } } as const;
  await build(settings);
  const server = await preview({ ...settings, preview: { port: 0 } });
  afterAll(async () => {
    await server.close();
    rmSync(outDir, { recursive: true, force: true });
  });
  return server.resolvedUrls!.local[0]!;
}

test('an agent reads what comes in, answers, and is told when somebody was faster', async () => {
  await write('Where is my parcel?');
  const { page: tab, troubles, strays } = await visit();
  await tab.goto(`${page}#key=${secret}`);
  await tab.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await tab.getByRole('button', { name: 'Tuuli' }).click();
  const line = (text: string) => tab.getByRole('listitem').filter({ hasText: text });
  await line('Where is my parcel?').waitFor();
  await tab.getByRole('complementary', { name: 'Customer' }).getByText('Tuuli').waitFor();

  await tab.getByLabel('Reply').fill('It is on its way.');
  await tab.getByRole('button', { name: 'Send' }).click();
  await line('It is on its way.').filter({ hasNotText: 'sending' }).waitFor();
  await write('Thank you!');
  await line('Thank you!').waitFor();
  expect(await tab.getByRole('region', { name: 'Conversation' }).getByRole('listitem').count()).toBe(3);

  // The customer writes while the agent types.
  await tab.getByLabel('Reply').fill('You are welcome.');
  await write('And my other parcel?');
  await line('And my other parcel?').waitFor();
  await tab.getByRole('button', { name: 'Send' }).click();
  await tab.getByRole('alert').filter({ hasText: 'since you began to write' }).waitFor();
  const said = () => database.sql<{ text: string }[]>`select text from messages where direction = 'outbound'`;
  expect(await said()).toEqual([{ text: 'It is on its way.' }]);
  expect(await line('You are welcome.').count()).toBe(0);

  await tab.getByRole('button', { name: 'Send' }).click();
  await line('You are welcome.').filter({ hasNotText: 'sending' }).waitFor();
  await until(said, (rows) => rows.length === 2);
  expect(troubles).toEqual([]);
  expect(strays).toEqual([]);
});

test('while one works on it, /graphql goes to Punos and the file graphql.ts does not', async () => {
  const cacheDir = mkdtempSync(join(tmpdir(), 'punos-vite-'));
  const server = await createServer({ configFile: CONFIG, logLevel: 'silent', cacheDir, server: { port: 0 } });
  afterAll(async () => {
    await server.close();
    rmSync(cacheDir, { recursive: true, force: true });
  });
  await server.listen();
  const [own] = server.resolvedUrls!.local;

  expect(await (await fetch(`${own}graphql.ts`)).text()).toContain('initGraphQLTada');
  const { body } = await post(own!.replace(/\/$/, ''), secret, '{ viewer { role } }');
  expect(body.data).toEqual({ viewer: { role: 'AGENT' } });
});
