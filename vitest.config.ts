import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

import { LongFilesFirst } from './test/support/long-files-first.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      // Some packages require graphql and some import it: without this there would be two, and a schema of one is foreign to the other.
      { find: /^graphql$/, replacement: here('node_modules/graphql/index.js') },
    ],
    dedupe: ['graphql'],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/setup.ts'],
    pool: 'forks',
    // Two cores: a third process would only make the waits of the other two longer.
    maxWorkers: 2,
    // For a test that hangs. What is only slow, on a machine that others use too, is to go on: no test is a stopwatch.
    testTimeout: 300_000,
    hookTimeout: 300_000,
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
    server: { deps: { inline: ['type-graphql', 'graphql-scalars', 'graphql-ws', 'graphql-http'] } },
  },
});
