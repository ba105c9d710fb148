import { expect, test } from 'vitest';

import { CHANNELS } from '../../../src/channels/channels.ts';
import { listChannels, recordChannels } from '../../../src/services/conversations/channels.ts';
import type { InboxSettings } from '../../../src/services/conversations/check-inbox.ts';
import { createInbox, type NewInbox } from '../../../src/services/conversations/create-inbox.ts';
import { readBridge, readCredentials, readHookInbox } from '../../../src/services/conversations/inbox-secrets.ts';
import { inboxesByIds } from '../../../src/services/conversations/read-inboxes.ts';
import { rotateHookSecret } from '../../../src/services/conversations/rotate-hook-secret.ts';
import { updateInbox } from '../../../src/services/conversations/update-inbox.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import { CHANNEL_CLASSES } from '../../../src/values/vocabulary.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const installation = await readInstallation(sql);

let count = 0;
const anInbox = (but: Partial<NewInbox> = {}): NewInbox => ({
  channel: 'sms',
  externalId: `inbox-${(count += 1)}`,
  name: 'Text messages',
  address: null,
  brand: null,
  market: 'FI',
  businessHours: null,
  credentials: [],
  bridgeUrl: null,
  ...but,
});
const create = (but: Partial<NewInbox> = {}, key: string | null = null) =>
  createInbox(scope, installation, anInbox(but), key);
const inboxCount = async () => Number((await sql`select count(*) from inboxes`)[0]!['count']);

test('all channels of the house are there as data, each in its class, before any server has started', async () => {
  const channels = await listChannels(scope);

  expect(channels.map(({ name }) => name).sort()).toEqual(
    [
      ...['email', 'live_chat', 'voice', 'sms', 'whatsapp', 'messenger', 'instagram', 'facebook', 'x', 'web_form'],
      ...['store', 'review', 'self_service', 'site_search', 'app'],
    ].sort(),
  );
  expect(new Set(channels.map((channel) => channel.class))).toEqual(new Set(CHANNEL_CLASSES));
  expect(channels.filter(({ isPublic }) => isPublic).map(({ name }) => name)).toEqual(['facebook', 'review', 'x']);
});

test('what the files say is what the table says after a start, also of a channel that is new or changed', async () => {
  const [email] = CHANNELS;
  await recordChannels(sql, [
    { ...email!, title: 'Mail' },
    { ...email!, name: 'telegram', class: 'messaging' },
  ]);

  const channels = await listChannels(scope);
  expect(channels.find(({ name }) => name === 'email')).toMatchObject({ title: 'Mail' });
  expect(channels.find(({ name }) => name === 'telegram')).toMatchObject({ class: 'messaging', sendsBy: 'email' });
});

test('a new inbox has a hook, its secrets are shown once and kept sealed', async () => {
  const given = anInbox({
    bridgeUrl: 'https://bridge.example/sms',
    credentials: [{ name: 'token', value: 'hunter2' }],
    brand: 'North',
    address: '+358 40 1234567',
  });
  const made = await createInbox(scope, installation, given, 'once');
  const again = await createInbox(scope, installation, given, 'once');

  expect(made.hookSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(made.bridgeSecret).toMatch(/^whsec_/);
  expect(made.bridgeSecret).not.toBe(made.hookSecret);
  expect(again).toEqual({ id: made.id, hookSecret: null, bridgeSecret: null });
  const [inbox] = await inboxesByIds(scope, [made.id]);
  expect(inbox).toMatchObject({
    channel: 'sms',
    brand: 'North',
    market: 'FI',
    businessHours: null,
    hookSecretPrefix: made.hookSecret!.slice(0, 12),
    earlierHookSecretUntil: null,
    hasCredentials: true,
    bridgeUrl: 'https://bridge.example/sms',
  });
  const [row] = await sql`select * from inboxes where id = ${made.id}`;
  const bytes = Buffer.concat([row!['hookSecret'], row!['bridgeSecret'], row!['credentials']] as Buffer[]);
  expect(bytes.includes('whsec_') || bytes.includes('hunter2')).toBe(false);
  expect(JSON.stringify(inbox)).not.toContain(made.hookSecret!.slice(12));
  expect((await journalOf(sql, `inbox-record:${made.id}`)).map(({ type }) => type)).toEqual(['inbox.recorded']);
  expect(await readHookInbox(sql, installation, given.externalId)).toEqual({
    id: made.id,
    channel: 'sms',
    secrets: [{ secret: made.hookSecret, until: null }],
  });
  expect(await readBridge(sql, installation, made.id)).toEqual({
    url: 'https://bridge.example/sms',
    secret: made.bridgeSecret,
  });
  expect(await readCredentials(sql, installation, made.id)).toEqual({ token: 'hunter2' });
});

test('a changed inbox keeps what was not named and loses what was taken away', async () => {
  const { id } = await create({ brand: 'North', credentials: [{ name: 'token', value: 'one' }] });

  const first = await updateInbox(scope, installation, id, { bridgeUrl: 'https://bridge.example/', market: null });
  const second = await updateInbox(scope, installation, id, { bridgeUrl: 'https://other.example/' });

  expect(first.bridgeSecret).toMatch(/^whsec_/);
  expect(second.bridgeSecret).toBeNull();
  const [inbox] = await inboxesByIds(scope, [id]);
  expect(inbox).toMatchObject({ brand: 'North', market: null, hasCredentials: true });
  expect(await readBridge(sql, installation, id)).toEqual({
    url: 'https://other.example/',
    secret: first.bridgeSecret,
  });
  await updateInbox(scope, installation, id, { bridgeUrl: null, credentials: [] });
  expect(await readBridge(sql, installation, id)).toBeNull();
  expect(await readCredentials(sql, installation, id)).toEqual({});
});

test('E5: after a rotation both secrets are known until the overlap ends, after the next one only the newest two', async () => {
  const { id, hookSecret: first } = await create();

  const { hookSecret: second } = await rotateHookSecret(scope, installation, { id, overlapHours: 24 }, 'rotate');
  const repeat = await rotateHookSecret(scope, installation, { id, overlapHours: 24 }, 'rotate');

  const until = new Date(scope.now.getTime() + 24 * 3_600_000);
  expect(repeat.hookSecret).toBeNull();
  expect((await readHookInbox(sql, installation, id))!.secrets).toEqual([
    { secret: second, until: null },
    { secret: first, until },
  ]);
  const { hookSecret: third } = await rotateHookSecret(scope, installation, { id, overlapHours: 0 }, null);
  expect((await readHookInbox(sql, installation, id))!.secrets).toEqual([{ secret: third, until: null }]);
});

test.each<[string, Partial<NewInbox>, string[]]>([
  ['a channel that nobody speaks', { channel: 'telepathy' }, ['channel']],
  ['a name that is a path', { externalId: '../x' }, ['externalId']],
  ['a name that looks like an id of ours', { externalId: 'inb_01jd0000000000000000000000' }, ['externalId']],
  ['no name for people', { name: ' ' }, ['name']],
  ['a character that is none', { name: 'a\0b' }, ['name']],
  ['a market that is no country code', { market: 'Finland' }, ['market']],
  ['a bridge that is no web address', { bridgeUrl: 'file:///etc/passwd' }, ['bridgeUrl']],
  ['a bridge with a password in it', { bridgeUrl: 'https://me:secret@bridge.example/' }, ['bridgeUrl']],
  [
    'one credential twice',
    { credentials: [...'ab'].map((value) => ({ name: 'token', value })) },
    ['credentials', '1', 'name'],
  ],
])('%s is refused, and nothing is made', async (_, but, field) => {
  const before = await inboxCount();

  await expect(create(but)).rejects.toMatchObject({ code: 'INVALID_INPUT', field: ['input', ...field] });
  expect(await inboxCount()).toBe(before);
});

const hours = (but: object): Partial<InboxSettings> => ({
  businessHours: { timeZone: 'Europe/Helsinki', weekly: [], holidays: [], ...but },
});
const monday = (opensAt: string, closesAt: string) => ({ day: 'monday', opensAt, closesAt });

test.each([
  ['a time zone that is none', hours({ timeZone: 'Helsinki' }), ['timeZone']],
  ['hours that end before they begin', hours({ weekly: [monday('17:00', '09:00')] }), ['weekly', '0']],
  ['hours that are no hours', hours({ weekly: [monday('9:00', '17:00')] }), ['weekly', '0']],
  ['hours that overlap', hours({ weekly: [monday('09:00', '12:00'), monday('11:59', '15:00')] }), ['weekly', '1']],
  ['a holiday that no year has', hours({ holidays: ['2026-02-30'] }), ['holidays', '0']],
])('%s: refused', async (_, but, field) => {
  await expect(create(but)).rejects.toMatchObject({ field: ['input', 'businessHours', ...field] });
});

test('business hours come back as they were given', async () => {
  const { id } = await create(
    hours({ weekly: [monday('09:00', '12:00'), monday('12:00', '24:00')], holidays: ['2026-12-25'] }),
  );

  const [inbox] = await inboxesByIds(scope, [id]);
  expect(inbox!.businessHours).toEqual({
    timeZone: 'Europe/Helsinki',
    weekly: [monday('09:00', '12:00'), monday('12:00', '24:00')],
    holidays: ['2026-12-25'],
  });
});

test('a name that is taken is refused, also when two come at once, and only an operator makes inboxes', async () => {
  const results = await Promise.allSettled([1, 2, 3].map(() => create({ externalId: 'taken' })));

  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(create({ externalId: 'taken' })).rejects.toMatchObject({ code: 'CONFLICT' });
  for (const role of ['supervisor', 'integration', 'customer'] as const)
    await expect(createInbox(aScope(database, role), installation, anInbox(), null)).rejects.toThrow();
});
