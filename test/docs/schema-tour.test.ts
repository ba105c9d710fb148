import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parse } from 'graphql';
import { afterAll, expect, test } from 'vitest';

import { ensureDemoKeys } from '../../src/demo/demo-keys.ts';
import { loadDemoShop } from '../../src/demo/load-demo-shop.ts';
import type { Role } from '../../src/values/vocabulary.ts';
import { post } from '../support/graphql.ts';
import { RawSocket } from '../support/socket.ts';
import { withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
await loadDemoShop(database.database);
const keysIn = mkdtempSync(join(tmpdir(), 'punos-tour-'));
afterAll(() => rmSync(keysIn, { recursive: true, force: true }));
const keys = await ensureDemoKeys(database.database, keysIn);
const app = await withApp(database);

const page = readFileSync(new URL('../../docs/schema-tour.md', import.meta.url), 'utf8');
const stops = [...page.matchAll(/```graphql\n# key: (\w+)\n([\s\S]*?)```/g)].map(([, role, document]) => {
  const [operation] = parse(document!).definitions;
  if (operation?.kind !== 'OperationDefinition') throw new Error('One operation for each stop.');
  return { role: role as Role, document: document!, kind: operation.operation, name: operation.name!.value };
});

test('every document of the tour says with whose key it runs', () => {
  expect(stops.length).toBe(page.match(/```graphql/g)!.length);
});

test.each(stops.filter(({ kind }) => kind !== 'subscription'))('$name runs with the key of $role', async (stop) => {
  const { status, body } = await post(app.url, keys[stop.role]!, stop.document);
  expect(body.errors).toBeUndefined();
  expect(status).toBe(200);
  // A list without rows shows nobody anything.
  expect(JSON.stringify(body.data)).not.toMatch(/"(nodes|edges)":\[\]|:\{"data":null|\{"\w+":null\}/);
});

test.each(stops.filter(({ kind }) => kind === 'subscription'))('$name begins with the key of $role', async (stop) => {
  const socket = await new RawSocket(app.socketUrl).connected(keys[stop.role]!);
  socket.subscribe('1', stop.document);
  await socket.until(() => socket.of('1').length > 0);
  expect(socket.of('1')[0]).toMatchObject({ type: 'next', payload: { data: expect.any(Object) } });
  expect(socket.of('1')[0]!.payload).not.toHaveProperty('errors');
  socket.close();
});
