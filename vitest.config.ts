import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

import { LongFilesFirst } from './test/support/long-files-first.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Of these a worker loads the product once for all files of a line; what they leave behind in it, test/support/setup.ts takes back. */
const SHARING: Record<string, readonly string[]> = {
  services: ['test/services/**'],
  graph: ['test/access/**', 'test/execution/**', 'test/resolvers/**', 'test/schema/**', 'test/events/**'],
  words: ['test/values/**', 'test/channels/**', 'test/connectors/**'],
};
/** Their subject is the process: its clock, its memory, its threads. */
const NOT_SHARING = ['test/execution/plans/**', 'test/services/routing/rehearsals.test.ts'];
/** Vitest passes it on to no project. */
const excluded = process.argv.filter((_, i, all) => all[i - 1] === '--exclude');

const resolve = {
  alias: [
    // Some packages require graphql and some import it: without this there would be two, and a schema of one is foreign to the other.
    { find: /^graphql$/, replacement: here('node_modules/graphql/index.js') },
  ],
  dedupe: ['graphql'],
};

function project(
  name: string,
  { files, apart = [], isolate }: { files: string[]; apart?: string[]; isolate: boolean },
) {
  return {
    resolve,
    test: {
      name,
      include: files.map((path) => path.replace(/\*\*$/, '**/*.test.ts')),
      exclude: [...apart, ...excluded],
      isolate,
      setupFiles: ['test/support/setup.ts'],
      pool: 'forks' as const,
      // Two cores. Files apart wait for servers, leases and cut wires, some most of their time: a third process works meanwhile. Those that
      // that share a process keep it busy, so another would only load the product once more; they come when the others are done.
      maxWorkers: isolate ? 3 : 2,
      sequence: { groupOrder: isolate ? 0 : 1 },
      // For a test that hangs. What is only slow, on a machine that others use too, is to go on: no test is a stopwatch.
      testTimeout: 300_000,
      hookTimeout: 300_000,
      server: { deps: { inline: ['type-graphql', 'graphql-scalars', 'graphql-ws', 'graphql-http'] } },
    },
  };
}

const shared = Object.values(SHARING).flat();

export default defineConfig({
  test: {
    // One for all projects.
    globalSetup: ['test/support/global-setup.ts'],
    sequence: { sequencer: LongFilesFirst },
    // graphql-js leaves rejections behind that nobody waits for when several items of a list fail, and this test makes it do so. What our
    // own code leaves behind counts, there too.
    onUnhandledError: (error) =>
      !(
        error.name === 'GraphQLError' &&
        'VITEST_TEST_PATH' in error &&
        String(error.VITEST_TEST_PATH).endsWith('test/execution/plans/any-values.test.ts') &&
        !error.stack?.includes('run-plan')
      ),
    projects: [
      project('apart', { files: ['test/**'], apart: shared, isolate: true }),
      project('alone', { files: NOT_SHARING, isolate: true }),
      ...Object.entries(SHARING).map(([name, files]) =>
        project(name, { files: [...files], apart: NOT_SHARING, isolate: false }),
      ),
    ],
  },
});
