import type { GraphQLObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';

import { purposeSet, rightsServing } from '../../src/services/access/purposes.ts';
import { rightsOf } from '../../src/services/access/role-rights.ts';
import { visibleClasses } from '../../src/services/privacy/visible-classes.ts';
import { CONSENT_STATES, PURPOSES, type Purpose } from '../../src/values/consents.ts';
import { DATA_CLASS_NAMES, DATA_CLASSES, ROLE_PURPOSES } from '../../src/values/personal-classes.ts';
import { ALL_RIGHTS, type Right } from '../../src/values/rights.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import { ROLES, type Role } from '../../src/values/vocabulary.ts';
import { aFullShop } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { aSegment } from '../support/every-act.ts';
import { everythingBelow } from '../support/full-documents.ts';
import { aViewer } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const shop = await aFullShop(await asking(database));
const anna = await shop.aShopper('anna');

/** As a key with these purposes is. Null: as one without. */
function aKeyFor(role: Role, purposes: readonly Purpose[] | null, but: Partial<Viewer> = {}): Viewer {
  const set = purposeSet(role, purposes);
  return aViewer(role, { rights: rightsServing(rightsOf(role, ALL_RIGHTS), set), purposes: set, ...but });
}
/** What Anna did, and what was concluded of her. */
const BEHAVIOUR = ['canary anna search', 'CANARY-anna-SKU'];
const TRAITS = ['canary anna trait'];
const everythingOf = (viewer: Viewer, typeName: string) =>
  everythingBelow(shop.schema, shop.rights, viewer.rights, 4)(shop.schema.getType(typeName) as GraphQLObjectType);

/** Every way to her in the graph, as this viewer may select it; what it answers as one text. */
async function everythingAbout(viewer: Viewer): Promise<string> {
  const activities = await sql<{ id: string }[]>`select id from activities where customer_id = ${anna.customerId}`;
  const customer = everythingOf(viewer, 'Customer');
  const ways = [
    `{ customer(id: "${anna.customerId}") { ${customer} } }`,
    `{ node(id: "${anna.customerId}") { ... on Customer { ${customer} } } }`,
    `{ customers { nodes { ${customer} } } }`,
    `{ customerSearch(query: "canary") { nodes { ${customer} } } }`,
    `{ contextPacket(customerId: "${anna.customerId}") { ${everythingOf(viewer, 'ContextPacket')} } }`,
    `{ node(id: "${anna.orderId}") { ... on Order { ${everythingOf(viewer, 'Order')} } } }`,
    `{ node(id: "${anna.conversationId}") { ... on Conversation { ${everythingOf(viewer, 'Conversation')} } } }`,
    ...activities.map(({ id }) => `{ node(id: "${id}") { ... on Activity { ${everythingOf(viewer, 'Activity')} } } }`),
  ];
  const replies = [];
  for (const way of ways) replies.push(await shop.ask(viewer, way));
  expect(shop.bugs).toEqual([]);
  return JSON.stringify(replies);
}
interface Counted {
  readonly customerId: string;
  readonly counts: readonly { readonly kind: string; readonly count: number }[];
}
const foundIn = (text: string, canaries: readonly string[]) => canaries.filter((canary) => text.includes(canary));
const answer = (state: string, purpose = 'PERSONALISATION', but: object = {}) =>
  shop.act('consentSet', { customerId: anna.customerId, consents: [{ purpose, state, source: 'app', ...but }] });

describe('the table of data classes', () => {
  test('a role without less purposes loses none of its rights, and has all that it can', () => {
    for (const role of ROLES) {
      const rights = rightsOf(role, ALL_RIGHTS);
      expect([...rightsServing(rights, ROLE_PURPOSES[role])].sort()).toEqual([...rights].sort());
    }
  });

  test('a right is had where every class that it opens serves one of the purposes; an export has all of them in it', () => {
    const has = (purposes: Purpose[], right: Right) => aKeyFor('admin', purposes).rights.has(right);
    expect(ALL_RIGHTS.filter((right) => !has(['marketing'], right))).toEqual([
      ...['conversations:read', 'notes:read', 'triage:read', 'orders:prove', 'orders:read', 'payments:read'],
      ...['pickups:read', 'segments:read', 'quarantine:read', 'exports:read'],
    ]);
    expect(has(['service', 'order_updates'], 'exports:read')).toBe(false);
    expect(has(['service', 'personalisation'], 'exports:read')).toBe(true);
  });

  test('a class is seen for what it serves, unless the person refused what it needs; the person sees all', () => {
    for (const dataClass of DATA_CLASS_NAMES)
      for (const purpose of PURPOSES)
        for (const state of CONSENT_STATES) {
          const { needs } = DATA_CLASSES[dataClass];
          const visible = (viewer: Viewer) =>
            visibleClasses(viewer, { consents: [{ purpose, state }], notAgreedTo: [] }).find(
              (one) => one.dataClass === dataClass,
            )!;
          const isRefused = state !== 'granted' && needs.includes(purpose);
          expect(visible(aKeyFor('agent', null))).toEqual(
            isRefused
              ? { dataClass, visibility: 'redacted', reason: `consent_${state}`, refused: [purpose] }
              : { dataClass, visibility: 'visible', reason: null, refused: [] },
          );
          expect(visible(aKeyFor('customer', null)).visibility).toBe('visible');
          const narrow = visible(aKeyFor('agent', [purpose]));
          if (!DATA_CLASSES[dataClass].serves.includes(purpose))
            expect(narrow).toMatchObject({ visibility: 'redacted', reason: 'purpose' });
        }
  });
});

test.each(['agent', 'supervisor', 'bot', 'integration', 'admin'] as const)(
  'I1: what a person refused is on no way of the graph for %s, and is back when they agree',
  async (role) => {
    const viewer = aKeyFor(role, null);
    expect(foundIn(await everythingAbout(viewer), [...BEHAVIOUR, ...TRAITS])).toEqual([...BEHAVIOUR, ...TRAITS]);
    for (const [purpose, state] of [
      ['PERSONALISATION', 'WITHDRAWN'],
      ['PROFILING', 'DENIED'],
      ['PROFILING', 'PENDING'],
    ] as const) {
      await answer(state, purpose);
      const hidden = await everythingAbout(viewer);
      expect(foundIn(hidden, [...BEHAVIOUR, ...TRAITS])).toEqual([]);
      expect(hidden).toContain(`"visibility":"REDACTED","reason":"CONSENT_${state}","refused":["${purpose}"]`);
      // What serves to answer is there still.
      expect(foundIn(hidden, ['CANARY-anna', 'canary anna given'])).toHaveLength(2);
      await answer('GRANTED', purpose);
    }
    expect(foundIn(await everythingAbout(viewer), BEHAVIOUR)).toEqual(BEHAVIOUR);
  },
);

test('a person sees what is theirs, whatever they refused', async () => {
  const viewer = aKeyFor('customer', null, { customerId: anna.customerId });
  await answer('WITHDRAWN');
  const own = await everythingAbout(viewer);
  expect(foundIn(own, [...BEHAVIOUR, ...TRAITS])).toEqual([...BEHAVIOUR, ...TRAITS]);
  expect(own).not.toContain('REDACTED');
  await answer('GRANTED');
});

test('a refusal over one channel or under one law hides too, and so does one of another member', async () => {
  const viewer = aKeyFor('agent', null);
  await answer('WITHDRAWN', 'PERSONALISATION', { channel: 'EMAIL', jurisdiction: 'DE' });
  expect(foundIn(await everythingAbout(viewer), BEHAVIOUR)).toEqual([]);
  await answer('GRANTED', 'PERSONALISATION', { channel: 'EMAIL', jurisdiction: 'DE' });
  const { customerId: member } = await shop.aConversation('member');
  await shop.act('consentSet', {
    customerId: member,
    consents: [{ purpose: 'PROFILING', state: 'DENIED', source: 'app' }],
  });
  await sql`insert into person_links values (${member}, ${anna.customerId}, now())`;
  expect(foundIn(await everythingAbout(viewer), BEHAVIOUR)).toEqual([]);
  await sql`delete from person_links where member_id = ${member}`;
  expect(foundIn(await everythingAbout(viewer), BEHAVIOUR)).toEqual(BEHAVIOUR);
});

test('where a rule asks for an agreement first, nothing is on any way of the graph until it is there', async () => {
  const viewer = aKeyFor('agent', null);
  const rules = (...purposes: string[]) =>
    shop.act('consentRulesSet', { input: { rules: purposes.map((purpose) => ({ purpose, model: 'OPT_IN' })) } });
  await sql`delete from consents where customer_id = ${anna.customerId}`;
  expect(foundIn(await everythingAbout(viewer), [...BEHAVIOUR, ...TRAITS])).toEqual([...BEHAVIOUR, ...TRAITS]);
  for (const purpose of ['PERSONALISATION', 'PROFILING']) {
    await rules(purpose);
    const hidden = await everythingAbout(viewer);
    expect(foundIn(hidden, [...BEHAVIOUR, ...TRAITS])).toEqual([]);
    expect(hidden).toContain(`"visibility":"REDACTED","reason":"CONSENT_MISSING","refused":["${purpose}"]`);
    expect(foundIn(hidden, ['CANARY-anna', 'canary anna given'])).toHaveLength(2);
    expect(foundIn(await everythingAbout(aKeyFor('customer', null, { customerId: anna.customerId })), TRAITS)).toEqual(
      TRAITS,
    );
    await answer('GRANTED', purpose);
    expect(foundIn(await everythingAbout(viewer), BEHAVIOUR)).toEqual(BEHAVIOUR);
  }
  await rules();
});

test('C10, I1: a preview of a merge counts nothing that its reader could not list', async () => {
  const { customerId: other } = await shop.aConversation('other');
  const countsFor = async (viewer: Viewer) => {
    const preview = 'preview { persons { customerId counts { kind count } } }';
    const { data } = await shop.ask(
      viewer,
      `mutation { payload: customerMerge(ids: ["${other}", "${anna.customerId}"], dryRun: true) { ${preview} } }`,
    );
    const { persons } = (data!['payload'] as unknown as { preview: { persons: Counted[] } }).preview;
    const { counts } = persons.find(({ customerId }) => customerId === anna.customerId)!;
    return Object.fromEntries(counts.map(({ kind, count }) => [kind, count]));
  };
  const agent = aKeyFor('agent', null);
  const { ACTIVITIES, TRAITS, ...always } = await countsFor(agent);
  expect([ACTIVITIES! > 0, TRAITS! > 0, Object.keys(always)]).toEqual([
    ...[true, true],
    ['IDENTITIES', 'CONVERSATIONS', 'MESSAGES', 'ORDERS'],
  ]);

  for (const purpose of ['PERSONALISATION', 'PROFILING']) {
    await answer('WITHDRAWN', purpose);
    expect(await countsFor(agent)).toEqual(always);
    await answer('GRANTED', purpose);
  }
  expect(await countsFor(agent)).toEqual({ ...always, ACTIVITIES, TRAITS });
  expect(await countsFor(aKeyFor('agent', ['service']))).toEqual(always);
  const narrow = aViewer('agent', { rights: rightsOf('agent', ['graph:read', 'customers:read', 'customers:merge']) });
  expect(await countsFor(narrow)).toEqual({ IDENTITIES: always['IDENTITIES'], TRAITS });
});

test('C10, I1: who refuses is on no list of a segment from that moment on, whenever the segment is looked at again', async () => {
  const { segment } = (await shop.act('segmentCreate', { input: aSegment() })) as unknown as {
    segment: { id: string };
  };
  await sql`insert into segment_members (segment_id, customer_id, entered_at) values (${segment.id}, ${anna.customerId}, now())`;
  const members = async () => {
    const { data } = await shop.ask(
      aKeyFor('agent', null),
      `{ segment(id: "${segment.id}") { customers { nodes { id } } } }`,
    );
    return data!['segment'];
  };
  const listed = { customers: { nodes: [{ id: anna.customerId }] } };
  expect(await members()).toEqual(listed);
  await answer('WITHDRAWN', 'PROFILING');
  expect(await members()).toEqual({ customers: { nodes: [] } });
  await answer('GRANTED', 'PROFILING');
  expect(await members()).toEqual(listed);
});

test('C9: who may see no address is not told whose one is, by search or by itself', async () => {
  const found = async (viewer: Viewer) => {
    const asked = JSON.stringify(anna.email);
    const { data } = await shop.ask(
      viewer,
      `{ customerByIdentity(kind: EMAIL, value: ${asked}) { id } customerSearch(query: ${asked}) { nodes { id } }
        byName: customerSearch(query: "canary anna given") { nodes { id } } }`,
    );
    return data;
  };
  const id = anna.customerId;
  const byName = { nodes: [{ id }] };
  expect(await found(aKeyFor('agent', null))).toMatchObject({
    ...{ customerByIdentity: { id }, customerSearch: { nodes: [{ id }] }, byName },
  });
  expect(await found(aKeyFor('agent', ['profiling']))).toMatchObject({
    ...{ customerByIdentity: null, customerSearch: { nodes: [] }, byName },
  });
});

test('I14: a key that looks for no purpose that a class serves is shown nothing of it, with the reason', async () => {
  const forService = await everythingAbout(aKeyFor('agent', ['service']));
  expect(foundIn(forService, [...BEHAVIOUR, ...TRAITS])).toEqual([]);
  expect(forService).toContain('{"dataClass":"BEHAVIOUR","visibility":"REDACTED","reason":"PURPOSE","refused":[]}');
  expect(foundIn(forService, ['canary anna text 0', 'canary anna review'])).toHaveLength(2);

  const forProfiling = aKeyFor('agent', ['profiling']);
  const profiled = await everythingAbout(forProfiling);
  expect(foundIn(profiled, [...BEHAVIOUR, ...TRAITS])).toEqual([...BEHAVIOUR, ...TRAITS]);
  expect(foundIn(profiled, ['canary anna text', 'canary anna review', anna.email, 'canary anna street'])).toEqual([]);
  // What a key never sees of anybody is refused before anything runs.
  const { errors } = await shop.ask(forProfiling, `{ conversation(id: "${anna.conversationId}") { id } }`);
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', right: 'conversations:read' } }]);

  const forNothing = aKeyFor('admin', []);
  expect(foundIn(await everythingAbout(forNothing), ['canary anna', 'CANARY-anna', anna.email])).toEqual([]);
});

test('a key is given the purposes of its role and of its maker, and no others', async () => {
  const make = (viewer: Viewer, input: object) =>
    shop.ask(viewer, shop.documentOf('apiKeyCreate'), { input: { name: 'k', role: 'BOT', ...input } });
  const codeOf = async (made: ReturnType<typeof make>) =>
    ((await made).data!['payload'] as unknown as { userErrors: { code: string; field: string[] }[] }).userErrors[0];
  const { apiKey } = await shop.act('apiKeyCreate', { input: { name: 'k', role: 'BOT', purposes: ['SERVICE'] } });
  const shown = await shop.ask(shop.admin, `{ node(id: "${apiKey.id}") { ... on ApiKey { purposes } } }`);
  expect(shown.data).toEqual({ node: { purposes: ['SERVICE'] } });
  await shop.act('apiKeyUpdate', { id: apiKey.id, input: { purposes: [] } });

  const maker = aKeyFor('admin', ['service']);
  const field = ['input', 'purposes'];
  expect(await codeOf(make(maker, {}))).toMatchObject({ code: 'NOT_ALLOWED' });
  expect(await codeOf(make(maker, { scopes: ['GRAPH_READ'] }))).toMatchObject({ code: 'NOT_ALLOWED', field });
  expect(await codeOf(make(maker, { scopes: ['GRAPH_READ'], purposes: ['SERVICE'] }))).toBeUndefined();
  expect(
    await codeOf(make(shop.admin, { role: 'PARTNER', partnerId: anna.partnerId, purposes: ['MARKETING'] })),
  ).toMatchObject({ code: 'INVALID_INPUT', field });
  expect(
    await codeOf(make(shop.admin, { role: 'CUSTOMER', customerId: anna.customerId, purposes: ['SERVICE'] })),
  ).toMatchObject({ code: 'INVALID_INPUT', field });
});
