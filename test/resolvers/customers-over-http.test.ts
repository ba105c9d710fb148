import { expect, test } from 'vitest';

import { aKey, withApp } from '../support/start-app.ts';
import { post } from '../support/graphql.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { url } = await withApp(database);
const { secret } = await aKey(database, 'admin');
const ask = async (query: string, variables?: Record<string, unknown>) => {
  const { body } = await post(url, secret, query, variables);
  expect(body.errors).toBeUndefined();
  return body.data as Record<string, unknown>;
};

test('a customer is recorded, prefers, has traits, is found, and stands in five fields at the start of a contact', async () => {
  const identities = [{ kind: 'EMAIL', value: 'eeva@example.com' }];
  const input = { identities, profile: { displayName: 'Eeva Niemi' }, source: 'crm' };
  const upserted = await ask(
    `mutation ($input: CustomerUpsertInput!) { customerUpsert(input: $input, idempotencyKey: "1") {
      customer { id displayName } identityConflicts { value } userErrors { code } } }`,
    { input },
  );
  const { customer } = upserted['customerUpsert'] as { customer: { id: string } };
  expect(upserted).toEqual({
    customerUpsert: { customer: { id: customer.id, displayName: 'Eeva Niemi' }, identityConflicts: [], userErrors: [] },
  });
  await ask(
    `mutation { customerPreferencesSet(customerId: "${customer.id}", input: { preferredChannel: SMS, doNotContact: true }) { userErrors { code } } }`,
  );
  await ask(
    `mutation { traitsSet(customerId: "${customer.id}", traits: [{ key: "financing_status", value: { text: "approved" }, source: "bank" }]) { userErrors { code } } }`,
  );

  const found = await ask(`{ customerSearch(query: "niemi", first: 5) { edges { matchedOn score node {
    compactProfile { displayName preferredChannel financingStatus latestPurchases { number } openIssue { reference } }
    preferences { doNotContact statedByRole } traits { key text } timeline { nodes { kind ... on TimelineTrait { trait { text } } } } } } } }`);
  const packet = await ask(
    `{ contextPacket(customerId: "${customer.id}") { profile { doNotContact quietHours { from } traits { key text } } } }`,
  );

  const traits = [{ key: 'financing_status', text: 'approved' }];
  expect(found).toEqual({
    customerSearch: {
      edges: [
        {
          matchedOn: 'NAME',
          score: 0.9,
          node: {
            compactProfile: {
              displayName: 'Eeva Niemi',
              preferredChannel: 'SMS',
              financingStatus: 'approved',
              latestPurchases: [],
              openIssue: null,
            },
            preferences: { doNotContact: true, statedByRole: 'ADMIN' },
            traits,
            timeline: { nodes: [{ kind: 'TRAIT_CHANGED', trait: { text: 'approved' } }, { kind: 'IDENTITY_ADDED' }] },
          },
        },
      ],
    },
  });
  expect(packet).toEqual({ contextPacket: { profile: { doNotContact: true, quietHours: null, traits } } });
});

test('of a list each bad customer is told by its place', async () => {
  const customers = [
    { identities: [{ kind: 'EMAIL', value: 'one@example.com' }], source: 'crm' },
    { identities: [{ kind: 'EMAIL', value: 'none' }], source: 'crm' },
  ];
  const answered = await ask(
    `mutation ($customers: [CustomerUpsertInput!]!) { customersUpsert(customers: $customers) {
      results { index customer { identities { value } } error { code field } } userErrors { code } } }`,
    { customers },
  );

  expect(answered['customersUpsert']).toEqual({
    results: [
      { index: 0, customer: { identities: [{ value: 'one@example.com' }] }, error: null },
      { index: 1, customer: null, error: { code: 'INVALID_INPUT', field: ['customers', '1', 'identities', 'email'] } },
    ],
    userErrors: [],
  });
});
