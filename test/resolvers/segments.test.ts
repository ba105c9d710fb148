import { expect, test } from 'vitest';

import { readInstallation } from '../../src/services/events/installation.ts';
import { keepSegments } from '../../src/services/segments/keep-segments.ts';
import { rightsOf } from '../../src/services/access/role-rights.ts';
import { aFullShop } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { aScope, aViewer } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const shop = await aFullShop(await asking(database));
const installation = await readInstallation(sql);

interface Segment {
  id: string;
  name: string;
  filter: string;
  version: number;
  isComplete: boolean;
  customers: { nodes: { id: string; segments: { segment: { name: string } }[] }[] };
}
const CREATE = /* GraphQL */ `
  mutation ($input: SegmentCreateInput!) {
    segmentCreate(input: $input) {
      segment {
        id
        filter
      }
      userErrors {
        code
        field
      }
    }
  }
`;
const READ = /* GraphQL */ `
  query ($id: ID!) {
    segment(id: $id) {
      name
      version
      isComplete
      customers(first: 10) {
        nodes {
          id
          segments {
            segment {
              name
            }
          }
        }
      }
    }
  }
`;
async function create(name: string, filter: unknown) {
  const { data, errors } = await shop.ask(shop.admin, CREATE, { input: { name, filter } });
  expect(errors).toBeUndefined();
  return data!['segmentCreate'] as unknown as { segment: Segment | null; userErrors: { field: string[] }[] };
}
const read = async (id: string) =>
  (await shop.ask(shop.admin, READ, { id })).data!['segment'] as unknown as Segment | null;

/** Every condition that there is. */
const EVERYTHING = {
  or: [
    { and: [{ languageIn: ['fi'] }, { not: { marketIn: ['SE'] } }] },
    { preferredChannelIn: ['EMAIL'] },
    { reachableOn: ['SMS', 'WHATSAPP'] },
    { knownBy: ['LOYALTY_ID'] },
    { customerSince: { from: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' } },
    { trait: { key: 'renewed', until: '2026-05-01T00:00:00.000Z' } },
    { trait: { key: 'channel', textIn: ['email'] } },
    { consent: { purpose: 'MARKETING', channel: 'EMAIL', stateIn: ['GRANTED', 'PENDING'] } },
    {
      orders: {
        countAtLeast: 1,
        valueAtLeast: { amountMinor: 100, currency: 'EUR' },
        lastPlaced: { from: '2026-01-01T00:00:00.000Z' },
      },
    },
  ],
};

test('a filter is read as it was written, and can be sent again', async () => {
  const { segment } = await create('Everything', EVERYTHING);

  expect(JSON.parse(segment!.filter)).toEqual(EVERYTHING);
  const again = await create('Everything again', JSON.parse(segment!.filter));
  expect(again.segment!.filter).toBe(segment!.filter);
});

test('who belongs to a segment stands in its list and with the person; a refused filter names its place', async () => {
  const anna = await shop.aShopper('anna');
  const { segment } = await create('Known by card', { and: [{ knownBy: ['LOYALTY_ID'] }, { languageIn: ['fi'] }] });
  while (await keepSegments(aScope(database), installation));

  const seen = await read(segment!.id);

  expect(seen).toMatchObject({ name: 'Known by card', version: 1, isComplete: true });
  const names = seen!.customers.nodes.find(({ id }) => id === anna.customerId)!.segments.map((of) => of.segment.name);
  expect(names).toContain('Known by card');
  expect((await create('Bad', { and: [{ languageIn: [] }] })).userErrors).toEqual([
    { code: 'INVALID_INPUT', field: ['input', 'filter', 'and', '0', 'languageIn'] },
  ]);
});

test('customers see no segments, nor does a key without the right', async () => {
  const anna = await shop.aShopper('berta');
  const own = aViewer('customer', { customerId: anna.customerId, principal: 'key_customer' });
  const reader = aViewer('agent', { rights: rightsOf('agent', ['customers:read', 'graph:read']) });
  for (const viewer of [own, reader]) {
    const { errors } = await shop.ask(viewer, 'query ($id: ID!) { customer(id: $id) { segments { enteredAt } } }', {
      id: anna.customerId,
    });
    expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN']);
  }
});
