import { emailOf } from '../seed/customer-id.ts';

export const ACTIVITIES_AT_ONCE = 500;

const ACTIVITIES_RECORD = `mutation Record($activities: [ActivityInput!]!) {
  activitiesRecord(activities: $activities) { recorded repeated errors { index } userErrors { code message } }
}`;

const FIRST_MOMENT = Date.parse('2026-11-02T00:00:00.000Z');
let moments = 0;

/** The body of a request that hands in a batch: mostly pages and products, some searches, one basket in ten. */
export function activitiesBody(customerOf: (n: number) => number, name: string): string {
  const activities = Array.from({ length: ACTIVITIES_AT_ONCE }, (_, n) => ({
    identity: { kind: 'EMAIL', value: emailOf(customerOf(n)) },
    source: 'bench-site',
    externalId: `${name}-${n}`,
    occurredAt: new Date(FIRST_MOMENT + (moments += 1)).toISOString(),
    ...happeningOf(n),
  }));
  return JSON.stringify({ query: ACTIVITIES_RECORD, variables: { activities } });
}

function happeningOf(n: number) {
  if (n % 10 === 9)
    return {
      basketChange: { lines: [{ sku: `SKU-${n}`, quantity: 1, unitPrice: { amountMinor: 1_990, currency: 'EUR' } }] },
    };
  if (n % 5 === 2) return { search: { query: `lamp ${n}`, hitCount: n % 30 } };
  if (n % 2 === 0) return { visit: { url: `/pages/${n}`, title: `Page ${n}` } };
  return { productView: { sku: `SKU-${n}` } };
}
