import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';

import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { loadDemoShop } from '../../src/demo/load-demo-shop.ts';
import { ROLE_RIGHTS } from '../../src/services/access/role-rights.ts';
import { startTraffic } from '../../src/demo/start-traffic.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import type { Right } from '../../src/values/rights.ts';
import { withBrowser } from '../support/browser.ts';
import { aScope } from '../support/scopes.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

// A browser beside a database on two busy cores: patience, no sleep.
const database = await withDatabase();
await loadDemoShop(database.database);
const app = await withApp(database);
const traffic = await startTraffic(database.database, { paceMs: [150, 350], report: () => undefined });
afterAll(() => traffic?.stop());
const [agent] = await database.sql<{ id: string }[]>`select id from agents order by external_id limit 1`;
const { secret } = await aKey(database, 'agent', { agentId: agent!.id });
const visit = await withBrowser();

const PHONE = {
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
  reducedMotion: 'reduce',
} as const;

test('the live page shows packets as they are committed: their causes, what they changed, and how long it took', async () => {
  const { page, troubles, strays } = await visit();
  await page.goto(`${app.url}/#key=${secret}`);

  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await page
    .locator('.arrivals li .ms', { hasText: /^\d+ ms$/ })
    .first()
    .waitFor();
  await page.locator('[data-changed]').first().waitFor({ state: 'attached' });
  expect(await page.locator('[data-figure=p95]').innerText()).toMatch(/^\d+ ms$/);
  expect(await page.getByRole('option').count()).toBeGreaterThan(5);
  expect(new URL(page.url()).hash).toBe('');

  expect(troubles).toEqual([]);
  expect(strays).toEqual([]);
});

test('the list moves by itself: a touched conversation comes to its top', async () => {
  const { page } = await visit();
  await page.goto(`${app.url}/#key=${secret}`);
  await page.getByRole('option').first().waitFor();

  const top = await page.getByRole('option').first().getAttribute('id');
  // Until somebody of the demo shop says something.
  await until(
    () => page.getByRole('option').first().getAttribute('id'),
    (id) => id !== top,
  );
});

test('the arrow keys choose a customer, whose packet then stays', async () => {
  const { page } = await visit();
  await page.goto(`${app.url}/#key=${secret}`);
  await page.getByRole('option').nth(5).waitFor();

  await page.getByRole('listbox').focus();
  await page.keyboard.press('End');
  const chosen = page.locator('[role=option][aria-selected=true]');
  const name = await chosen.locator('.who').innerText();
  await page.locator('.profile h2', { hasText: name }).waitFor();
  expect(await page.getByLabel('Follow what moves').isChecked()).toBe(false);
  expect(await page.getByRole('listbox').getAttribute('aria-activedescendant')).toBe(await chosen.getAttribute('id'));

  await page.keyboard.press('ArrowUp');
  await until(
    () => page.locator('.profile h2').innerText(),
    (shown) => shown !== name,
  );
});

test('keyboard and screen readers are led past the list, and motion can be switched off', async () => {
  const { page } = await visit({ reducedMotion: 'reduce' });
  await page.goto(`${app.url}/#key=${secret}`);
  await page.getByRole('option').first().waitFor();

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('packet');
  await page.locator('[data-changed=now]').first().waitFor({ state: 'attached' });
  expect(await page.evaluate('document.getAnimations().length')).toBe(0);
});

test('a phone of 360 pixels shows the list or the packet, and never scrolls sideways', async () => {
  const { page, troubles } = await visit(PHONE);
  const sideways = () => page.evaluate('document.documentElement.scrollWidth');
  await page.goto(`${app.url}/#key=${secret}`);
  await page.getByRole('option').first().waitFor();
  expect(await sideways()).toBe(360);
  expect(await page.locator('#packet').isVisible()).toBe(false);

  await page.getByRole('option').first().tap();
  await page.locator('.packet').waitFor();
  expect(await page.getByRole('listbox').isVisible()).toBe(false);
  expect(await sideways()).toBe(360);

  await page.getByRole('button', { name: 'Conversations' }).tap();
  expect(await page.getByRole('listbox').isVisible()).toBe(true);
  expect(troubles).toEqual([]);
});

test('words without a place to break, or from right to left, stay in their card, and read as they are written', async () => {
  await receiveMessage(aScope(database.database, 'integration', { now: new Date() }), {
    ...{ inbox: 'halla-email', externalId: 'odd-words', text: 'שלום! איפה החבילה שלי?', subject: 'x'.repeat(500) },
    ...{ sender: { kind: 'email', value: 'odd@example.org', displayName: 'Odd Words' }, occurredAt: new Date() },
  });
  const { page } = await visit(PHONE);
  await page.goto(`${app.url}/#key=${secret}`);
  await page.getByLabel('Follow what moves').uncheck();
  await page.getByRole('option').filter({ hasText: 'Odd Words' }).tap();
  await page.locator('.thread h4').waitFor();

  expect(await page.evaluate(`document.querySelector('.thread').scrollWidth`)).toBe(
    await page.evaluate(`document.querySelector('.thread').clientWidth`),
  );
  expect(await page.evaluate(`getComputedStyle(document.querySelector('.messages p')).direction`)).toBe('rtl');
  // What was said stands above what is only known.
  const top = async (title: string) => (await page.getByRole('heading', { name: title, exact: true }).boundingBox())!.y;
  expect(await top('What just happened')).toBeLessThan(await top('Conversations'));
  expect(await top('Conversations')).toBeLessThan(await top('Routing'));
});

test('a key that is not known is refused in words, and none is kept', async () => {
  const { page } = await visit();
  await page.goto(`${app.url}/`);
  await page.getByLabel('API key').fill('pk_agent_nobody');
  await page.getByRole('button', { name: 'Watch' }).click();

  await page.getByRole('alert').waitFor();
  expect(await page.evaluate(`sessionStorage.getItem('punos.key')`)).toBeNull();
});

test('GraphiQL runs a query and a subscription with a key that was typed in', async () => {
  const { page, troubles, strays } = await visit();
  await page.goto(`${app.url}/graphiql`);
  await page.getByLabel('API key').fill(secret);
  await page.getByRole('button', { name: 'Use' }).click();
  const answer = page.locator('.result-window');
  // The editors are there before what stands in them.
  await page.locator('.graphiql-query-editor').getByText('contextPacket').waitFor();
  await page.locator('.graphiql-editor-tool').getByText('"cus_').waitFor();

  await page.getByRole('button', { name: /execute query/i }).click();
  await answer.getByText('"displayName"').first().waitFor();

  await page.getByRole('tab', { name: 'ConversationEvents' }).click();
  await page.getByRole('button', { name: /execute query/i }).click();
  await answer.getByText('"recordedAt"').first().waitFor();
  await page.getByRole('button', { name: /stop query/i }).click();

  expect(troubles).toEqual([]);
  expect(strays).toEqual([]);
});

test('all channels stand at one look above the list, and a key without the right for figures goes on without them', async () => {
  const { page, troubles } = await visit();
  await page.goto(`${app.url}/#key=${secret}`);
  const figures = page.getByRole('list', { name: 'All channels now' });
  await figures.getByText('Orders on the move').waitFor();
  expect(await figures.locator('[data-channel-figures=EMAIL]').innerText()).toMatch(/^Email\n\d+ waiting of \d+ open/);

  const rights = Object.keys(ROLE_RIGHTS.agent).filter((right) => right !== 'figures:read') as Right[];
  const narrow = await aKey(database, 'agent', { agentId: agent!.id, scopes: rights });
  const other = await visit();
  await other.page.goto(`${app.url}/#key=${narrow.secret}`);
  await other.page.getByRole('option').nth(3).waitFor();
  expect(await other.page.getByRole('list', { name: 'All channels now' }).count()).toBe(0);
  expect(troubles).toEqual([]);
});

test('when the server goes and comes back the page says so and goes on from its cursor', async () => {
  const config = (port: string) => readConfig({ PORT: port, LOG_LEVEL: 'silent', NODE_ENV: 'test' });
  const options = { databaseUrl: database.applicationUrl };
  const first = await startApp(config('0'), options);
  const { page } = await visit();
  const resumes = watchResumes(page);
  await page.goto(`${first.url}/#key=${secret}`);
  await page.locator('.arrivals li').first().waitFor();
  // Stays with this customer: another choice would be a new subscription and no resumed one.
  await page.getByLabel('Follow what moves').uncheck();
  resumes.length = 0;

  await first.close();
  await page.getByRole('status').filter({ hasText: 'Connection lost' }).waitFor();
  const second = await startApp(config(new URL(first.url).port), options);
  try {
    await page
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor();
    const packetNumber = () => page.locator('.packet').getAttribute('data-packet');
    const before = await packetNumber();
    await until(packetNumber, (number) => number !== before);
    // The list and the packet, each from the last cursor that it had seen.
    await until(
      () => resumes.length,
      (count) => count >= 2,
    );
    for (const { after, lastSeen } of resumes) expect(after).toBe(lastSeen);
  } finally {
    await page.close();
    await second.close();
  }
});

interface Frame {
  id?: string;
  type: string;
  payload?: { query?: string; variables?: { after: string | null }; data?: Record<string, { cursor: string }> };
}

/** Every subscribe after the first of its document: the `after` that it sent and the last cursor that had come for it. */
function watchResumes(page: Page): { after: string | null | undefined; lastSeen: string }[] {
  const resumes: { after: string | null | undefined; lastSeen: string }[] = [];
  const documentOf = new Map<string, string>();
  const lastSeen = new Map<string, string>();
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      const { id, type, payload: sent } = JSON.parse(String(payload)) as Frame;
      if (type !== 'subscribe') return;
      const key = JSON.stringify({ ...sent, variables: { ...sent?.variables, after: null } });
      documentOf.set(id!, key);
      const seen = lastSeen.get(key);
      if (seen !== undefined) resumes.push({ after: sent?.variables?.after, lastSeen: seen });
    });
    socket.on('framereceived', ({ payload }) => {
      const { id, type, payload: received } = JSON.parse(String(payload)) as Frame;
      const [delivery] = Object.values(received?.data ?? {});
      if (type === 'next' && delivery) lastSeen.set(documentOf.get(id!)!, delivery.cursor);
    });
  });
  return resumes;
}
