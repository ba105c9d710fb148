import { expect, test } from 'vitest';

import { aFullShop } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { withDatabase } from '../support/with-database.ts';

const { database } = await withDatabase();
const shop = await aFullShop(await asking(database));

const MERGE = /* GraphQL */ `
  mutation ($ids: [ID!]!, $dryRun: Boolean, $idempotencyKey: String) {
    customerMerge(ids: $ids, dryRun: $dryRun, idempotencyKey: $idempotencyKey) {
      preview {
        personId
        persons {
          customerId
          memberCount
          counts {
            kind
            count
          }
        }
        fields {
          field
          kept
          others {
            customerId
            value
          }
        }
        consents {
          purpose
          kept
          states {
            customerId
            state
          }
        }
        strongConflicts {
          kind
          identities {
            customerId
            value
          }
        }
      }
      customer {
        id
      }
      userErrors {
        code
      }
    }
  }
`;
interface Merged {
  preview: { persons: { customerId: string; memberCount: number }[]; consents: object[]; fields: object[] };
  customer: { id: string } | null;
}

let count = 0;
async function aCustomer(displayName: string, state: 'GRANTED' | 'WITHDRAWN'): Promise<string> {
  const { customer } = await shop.act('customerUpsert', {
    input: {
      ...{ source: 'crm', identities: [{ kind: 'LOYALTY_ID', value: `card-${(count += 1)}` }] },
      profile: { displayName },
    },
  });
  await shop.act('consentSet', {
    customerId: customer.id,
    consents: [{ purpose: 'MARKETING', channel: 'EMAIL', state, source: 'form' }],
  });
  return customer.id;
}
async function merge(ids: string[], more: object): Promise<Merged> {
  const { data, errors } = await shop.ask(shop.admin, MERGE, { ids, ...more });
  expect(errors).toBeUndefined();
  return data!['customerMerge'] as unknown as Merged;
}

test('a dry run, the merge and each repeat of it tell the same of who there was to join, also after more merges and an unmerge', async () => {
  const [a, b, c] = [
    await aCustomer('Anna', 'GRANTED'),
    await aCustomer('Bert', 'WITHDRAWN'),
    await aCustomer('Carl', 'GRANTED'),
  ];
  await merge([b, c], {});
  const idempotencyKey = 'merge a and b';
  const rehearsed = await merge([a, c], { dryRun: true });

  const merged = await merge([a, c], { idempotencyKey });

  expect(merged.preview).toEqual(rehearsed.preview);
  expect(merged.preview).toMatchObject({
    persons: [
      { customerId: a, memberCount: 1 },
      { customerId: b, memberCount: 2 },
    ],
    fields: [{ field: 'displayName', kept: 'Anna', others: [{ customerId: b, value: 'Bert' }] }],
    consents: [
      {
        purpose: 'MARKETING',
        kept: 'WITHDRAWN',
        states: [
          { customerId: a, state: 'GRANTED' },
          { customerId: b, state: 'WITHDRAWN' },
        ],
      },
    ],
    strongConflicts: [{ kind: 'LOYALTY_ID' }],
  });
  expect(await merge([a, c], { idempotencyKey })).toEqual(merged);
  await merge([a, await aCustomer('Dora', 'GRANTED')], {});
  expect(await merge([a, c], { idempotencyKey })).toEqual(merged);
  await shop.act('customerUnmerge', { id: b });
  expect(await merge([a, c], { idempotencyKey })).toEqual(merged);
});
