import { gzipSync } from 'node:zlib';

import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { withBrowser } from '../support/browser.ts';
import { post } from '../support/graphql.ts';
import { aServerProcess } from '../support/server-process.ts';
import { aShopPage } from '../support/shop-page.ts';
import { aKey, systemScope } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

// A browser beside a server and a database on two busy cores: patience, no sleep.
const database = await withDatabase();
const { sql } = database;
await ensureInbox(systemScope(database), { channel: 'live_chat', externalId: 'chat', name: 'Chat' });
const agentId = await ensureAgent(systemScope(database), { externalId: 'a', name: 'Aada', capacity: 5, skills: {} });
const pageKey = await aKey(database, 'integration', { scopes: ['graph:read', 'sessions:write'] });
const shopKey = await aKey(database, 'integration');
const agent = await aKey(database, 'agent', { agentId });

const shop = await aShopPage();
const server = await aServerProcess(database.applicationUrl, { CORS_ORIGINS: shop.origin });
await server.start();
afterAll(() => (server.isRunning ? server.end('SIGTERM') : undefined));
shop.embeds(server.url, pageKey.secret, 'chat');
const visit = await withBrowser();

const arrive = async (options: BrowserContextOptions = {}) => {
  const visitor = await visit(options);
  await visitor.page.goto(shop.origin);
  await visitor.page.getByRole('button', { name: 'Chat with us' }).waitFor();
  return visitor;
};
const chatting = async (options: BrowserContextOptions = {}) => {
  const visitor = await arrive(options);
  await visitor.page.getByRole('button', { name: 'Chat with us' }).click();
  await visitor.page.getByRole('dialog', { name: 'Chat' }).waitFor();
  return visitor;
};
const write = async (page: Page, text: string) => {
  await page.getByLabel('Your message').fill(text);
  await page.keyboard.press('Enter');
};
const shown = (page: Page) => page.getByRole('list', { name: 'Messages' }).locator('.text').allInnerTexts();
const stored = async (text: string) => {
  const rows = () => sql<{ id: string; conversationId: string }[]>`
    select id, conversation_id from messages where text = ${text}`;
  const [row] = await until(rows, (found) => found.length > 0);
  return row!;
};
const reply = async (conversationId: string, text: string) => {
  const query = `mutation ($id: ID!, $text: String!) {
    messageSend(id: $id, input: { text: $text }) { message { id } userErrors { code message } }
  }`;
  const { body } = await post(server.url, agent.secret, query, { id: conversationId, text });
  return (body.data!['messageSend'] as unknown as { message: { id: string } }).message.id;
};
const deliveryOf = async (id: string) =>
  (
    await sql<{ state: string }[]>`
  select state from deliveries where message_id = ${id}`
  )[0]?.state;

test('the script is small, cached, and for pages of any origin', async () => {
  const first = await fetch(`${server.url}/widget.js`);
  const bytes = Buffer.from(await first.arrayBuffer());
  const kilobytes = gzipSync(bytes).length / 1024;
  console.log(`widget.js: ${(bytes.length / 1024).toFixed(1)} KiB, ${kilobytes.toFixed(1)} KiB compressed`);

  expect(kilobytes).toBeLessThan(25);
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': expect.stringContaining('max-age=3600'),
  });
  const again = await fetch(`${server.url}/widget.js`, { headers: { 'if-none-match': first.headers.get('etag')! } });
  expect(again.status).toBe(304);
});

test('on a page of another origin: a question, the answer, marks, and the history after a reload', async () => {
  const { page, troubles, strays } = await chatting();
  await write(page, 'Is the lamp in stock?');
  const { conversationId } = await stored('Is the lamp in stock?');
  await page.getByText('We have your message').waitFor();

  const id = await reply(conversationId, 'Yes, eight of them.');

  await page.getByText('Yes, eight of them.', { exact: true }).waitFor();
  await until(
    () => deliveryOf(id),
    (state) => state === 'read',
  );
  await page.reload();
  await page.getByRole('button', { name: 'Chat with us' }).click();
  await page.getByText('Yes, eight of them.', { exact: true }).waitFor();
  expect(await shown(page)).toEqual(['Is the lamp in stock?', 'Yes, eight of them.']);
  expect(troubles).toEqual([]);
  expect(strays).toEqual([]);
});

test('an answer that comes while the dialog is closed is counted on the button, and delivered, not read', async () => {
  const { page } = await chatting();
  await write(page, 'I will be away.');
  const { conversationId } = await stored('I will be away.');
  await page.keyboard.press('Escape');

  const id = await reply(conversationId, 'We are here.');

  await page.getByRole('button', { name: /1 new messages/ }).waitFor();
  await until(
    () => deliveryOf(id),
    (state) => state === 'delivered',
  );
  await page.getByRole('button', { name: 'Chat with us' }).click();
  await until(
    () => deliveryOf(id),
    (state) => state === 'read',
  );
});

test('who types is told on both sides', async () => {
  const { page } = await chatting();
  await write(page, 'Hello, typist');
  const { conversationId } = await stored('Hello, typist');
  await page.getByText('We have your message').waitFor();
  const presence = `mutation ($id: ID!) { conversationPresenceSet(id: $id, state: TYPING) { userErrors { code } } }`;
  await until(
    async () => {
      await post(server.url, agent.secret, presence, { id: conversationId });
      return page.getByText('Customer care is typing').isVisible();
    },
    (isVisible) => isVisible,
  );

  await page.getByLabel('Your message').pressSequentially('And');
  await until(
    () => sql`select 1 from conversation_presences
      where conversation_id = ${conversationId} and party_kind = 'customer' and state = 'typing'`,
    (rows) => rows.length === 1,
  );
});

test('the server is killed and comes back: nothing written on either side is lost or there twice', async () => {
  const { page } = await chatting();
  await write(page, 'Before the storm');
  const { conversationId } = await stored('Before the storm');
  await page.getByText('We have your message').waitFor();

  await server.end('SIGKILL');
  await write(page, 'In the storm');
  await write(page, 'Still in the storm');
  await page.getByText('No connection').waitFor();
  await server.start();
  await page.reload();
  await page.getByRole('button', { name: 'Chat with us' }).click();
  await stored('Still in the storm');
  await reply(conversationId, 'We are back.');
  await page.getByText('We are back.', { exact: true }).waitFor();

  const all = ['Before the storm', 'In the storm', 'Still in the storm', 'We are back.'];
  await until(
    () => shown(page),
    (texts) => texts.length === all.length,
  );
  expect(await shown(page)).toEqual(all);
  const rows = await sql<{ text: string }[]>`
    select text from messages where conversation_id = ${conversationId} order by occurred_at`;
  expect(rows.map(({ text }) => text)).toEqual(all);
});

test('a cut socket is opened again behind the last event', async () => {
  const { page } = await chatting();
  await write(page, 'Hold the line');
  const { conversationId } = await stored('Hold the line');
  await page.getByText('We have your message').waitFor();

  await page.context().setOffline(true);
  await server.end('SIGTERM');
  await server.start();
  await reply(conversationId, 'Said while you were away.');
  await page.context().setOffline(false);

  await page.getByText('Said while you were away.', { exact: true }).waitFor();
  expect(await shown(page)).toEqual(['Hold the line', 'Said while you were away.']);
});

test('an answer whose way back was lost is not sent twice', async () => {
  const { page } = await chatting();
  let isLost = false;
  await page.route(`${server.url}/graphql`, async (route) => {
    const isSend = route.request().postData()?.includes('chatMessageSend') === true;
    if (!isSend || isLost) return route.continue();
    isLost = true;
    await route.fetch();
    return route.abort();
  });

  await write(page, 'Only once');

  await until(
    () => page.locator('.unsent').count(),
    (count) => isLost && count === 0,
  );
  expect(await sql`select 1 from messages where text = 'Only once'`).toHaveLength(1);
  expect(await shown(page)).toEqual(['Only once']);
});

test('text is text: what looks like markup does nothing, on either side', async () => {
  const evil = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;
  const { page } = await chatting();
  await write(page, evil);
  const { conversationId } = await stored(evil);
  await reply(conversationId, `${evil}!`);

  await until(
    () => shown(page),
    (texts) => texts.length === 2,
  );
  expect(await shown(page)).toEqual([evil, `${evil}!`]);
  expect(await page.locator('punos-chat img').count()).toBe(0);
  expect(await page.title()).toBe('Shop');
});

test('by keyboard alone: in, write, out, and back where one was', async () => {
  const { page } = await arrive();
  const focused = () =>
    page.evaluate<string>(
      `(() => { let e = document.activeElement; while (e.shadowRoot) e = e.shadowRoot.activeElement; return e.className || e.tagName })()`,
    );
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('open');
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('TEXTAREA');
  await page.keyboard.type('First line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second line');
  await page.keyboard.press('Enter');
  await stored('First line\nsecond line');
  await page.keyboard.press('Escape');
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(await focused()).toBe('open');
});

test('what is answered is read aloud once, history is not', async () => {
  const { page } = await chatting();
  const aloud = page.locator('[aria-live=polite]');
  await write(page, 'Read to me');
  const { conversationId } = await stored('Read to me');
  await reply(conversationId, 'Gladly.');
  await until(
    () => aloud.textContent(),
    (said) => said === 'Customer care: Gladly.',
  );
  await page.reload();
  await page.getByRole('button', { name: 'Chat with us' }).click();
  await page.getByText('Gladly.', { exact: true }).waitFor();
  expect(await aloud.textContent()).toBe('');
});

test('on a phone of 360 pixels the chat fills the screen, and nothing scrolls sideways', async () => {
  const { page } = await chatting({
    viewport: { width: 360, height: 640 },
    hasTouch: true,
    isMobile: true,
    reducedMotion: 'reduce',
  });
  await write(page, `A long word: ${'parcel'.repeat(30)}`);
  await page.getByText('We have your message').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  expect(await page.getByRole('dialog').boundingBox()).toMatchObject({ x: 0, y: 0, width: 360, height: 640 });
  expect(await page.evaluate('document.getAnimations().length')).toBe(0);
  if (process.env['PUNOS_SCREENSHOTS'])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${process.env['PUNOS_SCREENSHOTS']}/widget-${colorScheme}.png` });
    }
});

test('the login keeps the chat; the logout forgets it', async () => {
  shop.backend.set('/chat-login', async (visitorToken) => {
    const start = `mutation ($input: VisitorSessionStartInput!) { visitorSessionStart(input: $input) { token } }`;
    const identity = { kind: 'EMAIL', value: 'aino@example.com' };
    const input = { identity, visitorToken: visitorToken || null, inbox: 'chat' };
    const { body } = await post(server.url, shopKey.secret, start, { input });
    return (body.data!['visitorSessionStart'] as unknown as { token: string }).token;
  });
  const { page } = await chatting();
  await write(page, 'Before the login');
  await stored('Before the login');

  await page.evaluate(`Punos.identify(async (token) =>
    (await fetch('/chat-login', { method: 'POST', body: token ?? '' })).text())`);
  await page.getByText('Before the login', { exact: true }).waitFor();
  await write(page, 'After the login');

  const after = await stored('After the login');
  expect((await stored('Before the login')).conversationId).toBe(after.conversationId);
  await until(
    () => shown(page),
    (texts) => texts.join() === 'Before the login,After the login',
  );
  await page.evaluate('Punos.forget()');
  await until(
    () => shown(page),
    (texts) => texts.length === 0,
  );
  expect(
    await page.evaluate('Object.keys(localStorage).filter((name) => name.startsWith("punos:chat:unsent"))'),
  ).toEqual([]);
});

test('a page of an origin that is not named gets no session and no chat', async () => {
  const stranger = await aShopPage({ language: 'fi' });
  stranger.embeds(server.url, pageKey.secret, 'chat');
  const { page, troubles } = await visit();
  await page.goto(stranger.origin);
  await page.getByRole('button', { name: 'Keskustele kanssamme' }).click();
  await page.getByLabel('Viestisi').fill('Päivää');
  await page.keyboard.press('Enter');
  await page.getByText('Ei yhteyttä').waitFor();

  // The console may tell of it after the page.
  await until(
    () => troubles.join(),
    (told) => told.includes('CORS'),
  );
  expect(await sql`select 1 from messages where text = 'Päivää'`).toEqual([]);
  expect(await sql`select 1 from visitor_sessions where origin = ${stranger.origin}`).toEqual([]);
});
