import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { ensureDemoKeys } from '../../src/demo/demo-keys.ts';
import { ensureWidgetKey } from '../../src/demo/widget-key.ts';
import { ROLES } from '../../src/values/vocabulary.ts';
import { post } from '../support/graphql.ts';
import { aServerProcess } from '../support/server-process.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const place = mkdtempSync(join(tmpdir(), 'punos-demo-keys-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const roleOf = async (url: string, secret: string) => {
  const { status, body } = await post(url, secret, '{ viewer { role } }');
  return status === 200 ? (body.data!['viewer'] as unknown as { role: string }).role.toLowerCase() : status;
};

test('demo keys let in on a demo alone: a server on a database of one’s own makes none and revokes what it finds', async () => {
  const demo = await withApp(database);
  const made = await ensureDemoKeys(database.database, place);
  const keys = [...ROLES.map((role) => made[role]!), await ensureWidgetKey(database.database, place)];
  expect(await Promise.all(keys.map((key) => roleOf(demo.url, key)))).toEqual([...ROLES, 'integration']);
  const own = await aKey(database, 'agent');
  await demo.close();

  const dataDir = join(place, 'of-its-own');
  const server = await aServerProcess(database.applicationUrl, { DATA_DIR: dataDir });
  await server.start();

  expect(await Promise.all(keys.map((key) => roleOf(server.url, key)))).toEqual(keys.map(() => 401));
  expect(await roleOf(server.url, own.secret)).toBe('agent');
  expect(server.log.some((line) => line.includes('keys of a demo') && line.includes(`"ended":${keys.length}`))).toBe(
    true,
  );
  expect(server.log.find((line) => line.includes('"url"'))).toContain('"keys":{}');
  expect(existsSync(join(dataDir, 'keys.json'))).toBe(false);
  await server.end('SIGTERM');
}, 60_000);
