import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

const project = fileURLToPath(new URL('..', import.meta.url));
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'punos-layers-'));
  for (const file of ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json']) {
    copyFileSync(join(project, file), join(copy, file));
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'), 'junction');
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test.each([
  {
    sin: 'a value that asks a service',
    files: { 'src/values/money.ts': '../services/orders/cancel-order.ts', 'src/services/orders/cancel-order.ts': null },
    rule: 'values-looks-down',
    advice: 'Move the shared word down',
  },
  {
    sin: 'customers that call orders, which stand above them',
    files: {
      'src/services/customers/find-customer.ts': '../orders/cancel-order.ts',
      'src/services/orders/cancel-order.ts': null,
    },
    rule: 'services-customers-stays-on-its-rung',
    advice: 'Record a fact',
  },
  {
    sin: 'a resolver that opens its own connection',
    files: { 'src/resolvers/orders/order-fields.ts': 'postgres' },
    rule: 'postgres-stays-in-database-and-services',
    advice: 'Only database, services may import postgres',
  },
  {
    sin: 'a layer that reads the config',
    files: { 'src/live/hub.ts': '../config.ts', 'src/config.ts': null },
    rule: 'live-looks-down',
    advice: 'hand the thing in as an argument',
  },
  {
    sin: 'a channel that calls a service',
    files: { 'src/channels/sms.ts': '../services/intake/receive.ts', 'src/services/intake/receive.ts': null },
    rule: 'channels-knows-shapes-only',
    advice: 'import type',
  },
  {
    sin: 'two files that need each other',
    files: { 'src/values/egg.ts': './hen.ts', 'src/values/hen.ts': './egg.ts' },
    rule: 'no-cycles',
    advice: 'a file of its own',
  },
  {
    sin: 'source that leans on a test',
    files: { 'src/values/money.ts': '../../test/support/builders.ts', 'test/support/builders.ts': null },
    rule: 'source-stands-alone',
    advice: 'Move the shared part into src',
  },
])('$sin is caught, with what to do instead', ({ files, rule, advice }) => {
  const { code, said } = cruise(files);

  expect(said).toContain(rule);
  expect(said).toContain(advice);
  expect(code).not.toBe(0);
});

test('an import downwards is fine', () => {
  const { code, said } = cruise({
    'src/services/orders/cancel-order.ts': '../customers/find-customer.ts',
    'src/services/customers/find-customer.ts': '../../values/ids.ts',
    'src/values/ids.ts': null,
  });

  expect(said).toContain('no dependency violations found');
  expect(code).toBe(0);
});

/** Each file imports what stands beside it, or nothing. */
function cruise(files: Record<string, string | null | undefined>): { code: number | null; said: string } {
  for (const room of ['src', 'test']) rmSync(join(copy, room), { recursive: true, force: true });
  for (const [path, imported] of Object.entries(files)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    const line = imported
      ? `import * as used from '${imported}';\nexport const kept = used;\n`
      : 'export const word = 1;\n';
    writeFileSync(join(copy, path), line);
  }
  const tool = join(project, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const flags = ['--config', '.dependency-cruiser.mjs', '--output-type', 'err-long', 'src'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...flags], { cwd: copy, encoding: 'utf8' });
  // The report breaks sentences into lines.
  return { code: status, said: `${stdout}${stderr}`.replace(/\s+/g, ' ') };
}
