import { beforeAll, expect, test } from 'vitest';

import { ensureInbox } from '../../../../src/services/conversations/ensure-inbox.ts';
import { partPerson } from '../../../../src/services/customers/merging/part-person.ts';
import { customerByIdentity, identitiesOfPersons } from '../../../../src/services/customers/read-customers.ts';
import { droppedOfPersons } from '../../../../src/services/customers/resolving/read-dropped.ts';
import { setIdentityRules } from '../../../../src/services/customers/resolving/set-rules.ts';
import type { StatedIdentity } from '../../../../src/services/customers/resolving/told-identity.ts';
import { upsertCustomer } from '../../../../src/services/customers/upsert-customer.ts';
import { atomically } from '../../../../src/services/events/atomically.ts';
import { receiveMessage } from '../../../../src/services/intake/receive-message.ts';
import type { CustomerId } from '../../../../src/values/ids.ts';
import type { IdentityKind } from '../../../../src/values/vocabulary.ts';
import { journalOf } from '../../../support/journal.ts';
import { aScope } from '../../../support/scopes.ts';
import { withDatabase } from '../../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');
const DAY = 86_400_000;
const at = (days: number) => ({ ...scope, now: new Date(scope.now.getTime() + days * DAY) });

beforeAll(async () => {
  const inboxes = [
    { externalId: 'mail', channel: 'email', name: 'Mail', market: 'FI' },
    { externalId: 'sms', channel: 'sms', name: 'Text messages', market: 'FI' },
    { externalId: 'kiosk', channel: 'live_chat', name: 'Tablet in the store', market: 'FI' },
  ] as const;
  for (const inbox of inboxes) await ensureInbox(scope, inbox);
});

let count = 0;
const fresh = (prefix: string) => `${prefix}-${(count += 1)}`;
const anEmail = () => `${fresh('r')}@example.com`;
const aPhone = () => `+35845${String(2_000_000 + (count += 1))}`;
const id = (kind: IdentityKind, value: string, verified = false): StatedIdentity => ({ kind, value, verified });

const record = (identities: StatedIdentity[], days = 0) =>
  upsertCustomer(at(days), { identities, source: 'shop', occurredAt: at(days).now });

const write = (
  inbox: string,
  sender: StatedIdentity & { displayName?: string },
  identities: StatedIdentity[] = [],
  days = 0,
) => {
  const externalId = fresh('m');
  const occurredAt = at(days).now;
  return receiveMessage(at(days), { inbox, sender: { ...sender, identities }, externalId, text: 'Hello', occurredAt });
};
async function personOf(customerId: string): Promise<CustomerId> {
  const [link] = await sql<
    { personId: CustomerId }[]
  >`select person_id from person_links where member_id = ${customerId}`;
  return link?.personId ?? (customerId as CustomerId);
}
const whoHas = async (kind: IdentityKind, value: string) => (await customerByIdentity(scope, kind, value))?.id ?? null;
const droppedOf = async (person: CustomerId) =>
  (await droppedOfPersons(scope, [person]))[0]!.map(({ kind, value, reason }) => `${kind} ${value} ${reason}`);

test('a kiosk: one device, many buyers; nobody is merged, and soon the device tells nobody apart', async () => {
  const kiosk = id('visitor_id', fresh('tablet'));
  const cards = Array.from({ length: 5 }, () => id('loyalty_id', fresh('L')));

  const buyers = [];
  for (const card of cards) buyers.push(await write('kiosk', kiosk, [card]));
  const nobody = [await write('kiosk', kiosk), await write('kiosk', kiosk)];

  expect(new Set(buyers.map(({ customerId }) => customerId)).size).toBe(5);
  for (const [i, { value }] of cards.entries()) expect(await whoHas('loyalty_id', value)).toBe(buyers[i]!.customerId);
  expect(await droppedOf(buyers[1]!.customerId)).toEqual([`visitor_id ${kiosk.value} conflict`]);
  expect(await droppedOf(buyers[4]!.customerId)).toEqual([`visitor_id ${kiosk.value} shared`]);
  const known = buyers.map(({ customerId }) => customerId);
  for (const { customerId } of nobody) expect(known).not.toContain(customerId);
  expect(nobody[0]!.customerId).not.toBe(nobody[1]!.customerId);
  expect(await droppedOf(nobody[0]!.customerId)).toEqual([`visitor_id ${kiosk.value} shared`]);
  // Its own first buyer is known by the card still.
  expect((await write('kiosk', kiosk, [cards[0]!])).customerId).toBe(buyers[0]!.customerId);
});

test('a family’s e-mail address: two loyalty cards stay two persons, the address stays with whom it was first', async () => {
  const email = id('email', anEmail());
  const [mother, father] = [id('loyalty_id', fresh('L')), id('loyalty_id', fresh('L'))];

  const one = await record([mother, email]);
  const two = await record([father, email]);
  const mail = await write('mail', email);

  expect(two.personId).not.toBe(one.personId);
  expect(two.identityConflicts).toEqual([{ ...{ kind: 'email', value: email.value }, reason: 'conflict' }]);
  expect(mail.customerId).toBe(one.customerId);
  expect(await droppedOf(two.personId)).toEqual([`email ${email.value} conflict`]);
  const events = await journalOf(sql, `customer:${two.personId}`);
  expect(events.map(({ type }) => type)).toEqual(['customer.created', 'identity.dropped']);
  expect(JSON.stringify(events)).not.toContain(email.value);
  // The same again is no news.
  await record([father, email]);
  expect(await journalOf(sql, `customer:${two.personId}`)).toHaveLength(2);
});

test('a recycled phone number: given out again after a year, it is the new owner’s, and the old one keeps the past', async () => {
  const phone = id('phone', aPhone());
  const [before, after] = [id('email', anEmail()), id('email', anEmail())];
  const old = await record([before, phone]);
  await write('sms', phone);

  const soon = await record([after, phone], 100);
  expect(soon.identityConflicts).toMatchObject([{ kind: 'phone', reason: 'conflict' }]);
  const later = await record([after, phone], 500);
  const text = await write('sms', phone, [], 501);

  expect(later).toMatchObject({ personId: soon.personId, identityConflicts: [] });
  expect(text.customerId).toBe(soon.customerId);
  expect(await whoHas('email', before.value)).toBe(old.personId);
  expect((await identitiesOfPersons(scope, [old.personId]))[0]!.map(({ kind }) => kind)).toEqual(['email']);
  expect([...(await sql`select value, ended_at from former_identities where customer_id = ${old.customerId}`)]).toEqual(
    [{ value: phone.value, endedAt: at(500).now }],
  );
  const told = await journalOf(sql, `customer:${old.personId}`);
  expect(told.at(-1)).toMatchObject({ type: 'identity.ended', details: { identityKind: 'phone' } });
});

test('a chain of first contacts ends as one person whatever came first; who arrived first is the person', async () => {
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    const [email, phone] = [id('email', anEmail()), id('phone', aPhone())];
    const contacts = [() => write('mail', email), () => write('mail', email, [phone]), () => write('sms', phone)];
    const made = [];
    for (const place of order) made.push(await contacts[place]!());

    const persons = await Promise.all(made.map(({ customerId }) => personOf(customerId)));
    expect(new Set(persons)).toEqual(new Set([made[0]!.customerId]));
  }
});

test('two persons are joined by what is verified, the one who came later by a link, and both streams tell of it', async () => {
  const [email, phone] = [id('email', anEmail(), true), id('phone', aPhone(), true)];
  const one = await record([email]);
  const two = await record([phone]);

  const stated = await write('mail', id('email', email.value), [id('phone', phone.value)]);
  const before = await personOf(two.customerId);
  expect(await droppedOf(one.personId)).toEqual([`phone ${phone.value} unproved`]);
  const proved = await write('mail', email, [phone]);

  expect(before).toBe(two.customerId);
  expect(await droppedOf(one.personId)).toEqual([]);
  expect([stated.customerId, proved.customerId]).toEqual([one.customerId, one.customerId]);
  expect(await personOf(two.customerId)).toBe(one.personId);
  const merged = {
    type: 'customer.merged',
    details: expect.objectContaining({ customerId: one.personId, mergedId: two.personId, reason: 'identity' }),
  };
  expect(await journalOf(sql, `customer:${two.personId}`)).toContainEqual(expect.objectContaining(merged));
  expect(await journalOf(sql, `customer:${one.personId}`)).toContainEqual(expect.objectContaining(merged));
});

test('whom staff parted the same event does not join again', async () => {
  const [email, phone] = [id('email', anEmail(), true), id('phone', aPhone(), true)];
  const one = await record([email]);
  const two = await record([phone]);
  await write('mail', email, [phone]);
  const joined = await personOf(two.customerId);
  await atomically(scope, (tx) => partPerson(tx, two.customerId));

  await write('mail', email, [phone]);

  expect(joined).toBe(one.personId);
  expect(await personOf(two.customerId)).toBe(two.customerId);
  expect(await whoHas('phone', phone.value)).toBe(two.customerId);
  expect(await droppedOf(one.personId)).toEqual([`phone ${phone.value} conflict`]);
});

test('one mailbox in many writings is one customer, and each writing is answered where it came from', async () => {
  const name = fresh('aino.laine');
  const one = await write('mail', id('email', `${name}@gmail.com`));
  const two = await write('mail', id('email', `${name.replaceAll('.', '')}+shop@googlemail.com`));

  expect(two.customerId).toBe(one.customerId);
  const rows = await sql`select address from endpoints where customer_id = ${one.customerId} order by created_at, id`;
  expect(rows.map(({ address }) => String(address))).toEqual([
    `${name}@gmail.com`,
    `${name.replaceAll('.', '')}+shop@googlemail.com`,
  ]);
  expect(await whoHas('email', `${name.toUpperCase()}@GMAIL.COM`)).toBe(one.customerId);
});

test('X9: two customers that have one verified phone at once: one of them has it, the other is told of a conflict', async () => {
  for (let round = 0; round < 10; round += 1) {
    const phone = id('phone', aPhone(), true);
    const cards = [id('loyalty_id', fresh('L')), id('loyalty_id', fresh('L'))];

    const done = await Promise.all(cards.map((card) => record([card, phone])));

    const [winner, ...more] = done.filter(({ identityConflicts }) => identityConflicts.length === 0);
    const loser = done.find((each) => each !== winner)!;
    expect(more).toEqual([]);
    expect(loser.identityConflicts).toEqual([{ kind: 'phone', value: phone.value, reason: 'conflict' }]);
    expect(loser.personId).not.toBe(winner!.personId);
    expect(await whoHas('phone', phone.value)).toBe(winner!.personId);
  }
});

test('changed rules count for the next event, in a process that had read the old ones', async () => {
  const value = `${fresh('office')}@example.com`;
  const before = await write('mail', id('email', value));
  const rules = [{ kind: 'email' as const, blockedValues: ['office-*@example.com'] }];
  const version = await setIdentityRules(scope, { rules, note: 'Everybody there writes from it' });

  const after = await write('mail', id('email', value));
  const back = await setIdentityRules(scope, {
    rules: [{ kind: 'email', blockedValues: [] }],
    expectedVersion: version,
  });
  const again = await write('mail', id('email', value));

  expect(after.customerId).not.toBe(before.customerId);
  expect(await droppedOf(after.customerId)).toEqual([`email ${value} blocked`]);
  expect(again.customerId).toBe(before.customerId);
  expect(back).toBe(version + 1);
  await expect(setIdentityRules(scope, { rules, expectedVersion: version })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
});

test('nobody’s name or identifier looks like another’s: what is not seen, and what turns a line, is not stored', async () => {
  const mail = anEmail();
  const { customerId } = await write('mail', {
    ...id('email', `\u202a${mail}\u202c`),
    displayName: 'Aino\u200b \u202eneniaL',
  });
  const named = async () =>
    (await sql`select display_name, given_name, family_name from customers where id = ${customerId}`)[0];
  expect(await named()).toEqual({ displayName: 'Aino neniaL', givenName: null, familyName: null });
  expect(await sql`select value, normalized from identities where customer_id = ${customerId}`).toEqual([
    { value: mail, normalized: mail },
  ]);

  const profile = { displayName: 'سارا\u200cعلی', givenName: 'Sa\u2067ra\nBcc: all', familyName: '\u3164' };
  const again = () => upsertCustomer(scope, { identities: [id('email', mail)], profile, source: 'shop' });
  await again();
  expect(await named()).toEqual({ displayName: 'سارا\u200cعلی', givenName: 'Sara Bcc: all', familyName: null });
  const before = (await journalOf(sql)).length;
  await again();
  expect(await journalOf(sql)).toHaveLength(before);

  const card = fresh('card');
  const owner = await record([id('loyalty_id', `\u2066${card}\u2069`, true)]);
  const lookalike = `${card.slice(0, 2)}\u200b${card.slice(2)}`;
  await expect(record([id('loyalty_id', lookalike, true)])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  const stranger = await write('kiosk', id('external_id', fresh('chat')), [id('loyalty_id', lookalike, true)]);
  expect(stranger.customerId).not.toBe(owner.customerId);
  expect(await whoHas('loyalty_id', card)).toBe(owner.customerId);
  expect((await droppedOf(stranger.customerId)).map((dropped) => dropped.split(' ').at(-1))).toEqual(['malformed']);
});
