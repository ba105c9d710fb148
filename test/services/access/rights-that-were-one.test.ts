import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import type { Role } from '../../../src/values/vocabulary.ts';
import { newId } from '../../../src/values/ids.ts';
import { withDatabase } from '../../support/with-database.ts';

const { sql } = await withDatabase();
const MIGRATION = new URL('../../../migrations/0029_addresses_apart_and_gaps_of_webhooks.sql', import.meta.url);
/** What it does to rows; a database of the test is made by it, when it has none. */
const updates = readFileSync(MIGRATION, 'utf8')
  .split('--> statement-breakpoint')
  .filter((statement) => statement.trimStart().startsWith('UPDATE'));

test('keys from before go on reading what they could read, and no key gets what it could not', async () => {
  const keys: [Role, string[], string[]][] = [
    ['agent', ['graph:read', 'payments:read'], ['graph:read', 'payments:read', 'addresses:read']],
    ['bot', ['customers:read'], ['customers:read', 'pickups:read']],
    [
      'admin',
      ['payments:read', 'customers:read', 'addresses:read'],
      ['payments:read', 'customers:read', 'addresses:read', 'pickups:read'],
    ],
    ['agent', ['orders:read'], ['orders:read']],
    ['partner', ['graph:read', 'orders:read', 'tracking:write'], ['graph:read', 'orders:read', 'tracking:write']],
    ['partner', ['payments:read'], ['payments:read']],
    ['integration', [], []],
  ];
  const ids = keys.map(() => newId('apiKey'));
  for (const [i, [role, scopes]] of keys.entries())
    await sql`
      insert into api_keys (id, name, prefix, hash, role, scopes, created_by, created_at)
      values (${ids[i]!}, 'key', ${`pk_${i}`}, ${Buffer.from(ids[i]!)}, ${role}, ${scopes}, 'test', now())`;

  // Twice, because a migration that was cut off runs again.
  for (const statement of [...updates, ...updates]) await sql.unsafe(statement);

  const rows = await sql<{ id: string; scopes: string[] }[]>`select id, scopes from api_keys`;
  expect(updates).toHaveLength(2);
  expect(ids.map((id) => rows.find((row) => row.id === id)!.scopes)).toEqual(keys.map(([, , scopes]) => scopes));
});
