import { expect, test } from 'vitest';
import { join } from 'node:path';

import { facts } from '../../src/import/facts.ts';
import { rowsNow } from '../support/connectors.ts';
import { aFolder, importInto } from '../support/importing.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();

test('facts of several sources are taken from a file, wrong lines are named, and again changes nothing', async () => {
  const at = '2026-11-20T10:00:00Z';
  const line = { id: '1', sku: 'LAMP', quantity: 1, unitPriceMinor: 500 };
  const placed = (number: string, but: object = {}) => ({
    ...{
      type: 'order.placed',
      id: `placed-${number}`,
      source: 'shop',
      occurredAt: at,
      order: { number, id: `o-${number}` },
    },
    ...{ currency: 'EUR', totalMinor: 500, lines: [line], ...but },
  });
  const lines: unknown[] = [
    // The parcel stands before its order.
    {
      type: 'shipment.created',
      id: 's',
      source: 'shop',
      occurredAt: at,
      order: { id: 'o-1' },
      shipment: { id: 'p', trackingNumber: 'T' },
    },
    { type: 'tracking.recorded', id: 't', source: 'posti', occurredAt: at, trackingNumber: 'T', status: 'delivered' },
    placed('1'),
    placed('2', { totalMinor: 'much' }),
    ...Array.from({ length: 500 }, (_, i) => placed(`many-${i}`)),
    placed('3', { lines: [{ ...line, quantity: -1 }] }),
    { ...placed('4'), id: 'stated nowhere', source: undefined },
  ];
  const file = ['{"type":', ...lines.map((one) => JSON.stringify(one)), '[]', ''].join('\n');
  const path = join(aFolder({ 'facts.jsonl': file }), 'facts.jsonl');

  const { counts, warnings } = await importInto(database, facts, path);
  expect(warnings).toEqual([
    'facts.jsonl:1: This is no JSON object; it is left out.',
    'facts.jsonl:5: totalMinor: `totalMinor` must be a whole number. The line is left out.',
    'facts.jsonl:508: This is no JSON object; it is left out.',
    'facts.jsonl:506: Refused (INVALID_INPUT): `quantity` must be a whole number from 1 to 1000000.',
  ]);
  expect(counts).toEqual({ facts: '502/505/505' });
  const rows = await sql`select number, source, status from orders where number in ('1', '4') order by number`;
  expect([...rows]).toEqual([
    { number: '1', source: 'shop', status: 'delivered' },
    { number: '4', source: 'import', status: 'pending' },
  ]);

  const stored = await rowsNow(sql);
  expect((await importInto(database, facts, path)).counts).toEqual({ facts: '0/505/505' });
  expect(await rowsNow(sql)).toEqual(stored);
});
