// npm test: everything on PostgreSQL 18, and what is nearest to the database on 15 too.
// npm test -- <vitest arguments>: only those, on 18 or on what PUNOS_TEST_POSTGRES names.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { NotReady, projectEnvironment, readyProject, run, say } from './ready-project.mjs';

const NEAR_THE_DATABASE = ['test/database', 'test/events', 'test/services/events', 'test/live'];

// These bring their own PostgreSQL, always the newest.
const NOT_TWICE = ['--exclude', 'test/database/embedded.test.ts'];

const asked = process.argv.slice(2);
const node = await readyProject().catch((error) => {
  say(error instanceof NotReady ? error.message : (error.stack ?? String(error)));
  process.exit(1);
});
const newest = process.env.PUNOS_TEST_POSTGRES ?? '18';
const runs = [{ release: newest, args: asked }];
if (asked.length === 0 && newest === '18') runs.push({ release: '15', args: [...NEAR_THE_DATABASE, ...NOT_TWICE] });

const total = { passed: 0, failed: 0 };
let worst = 0;
for (const { release, args } of runs) {
  console.log(`\nPostgreSQL ${release}: ${args.length === 0 ? 'all tests' : args.join(' ')}`);
  const { code, passed, failed } = await runTests(release, args);
  worst ||= code;
  total.passed += passed;
  // A file that could not even be read, or a crash, counts as one failure.
  total.failed += failed === 0 && code !== 0 ? 1 : failed;
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(worst);

async function runTests(release, args) {
  const place = mkdtempSync(join(tmpdir(), 'punos-results-'));
  const results = join(place, 'results.json');
  const flags = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const code = await run(node, ['node_modules/vitest/vitest.mjs', 'run', ...flags, ...args], {
    env: { ...projectEnvironment(node), PUNOS_TEST_POSTGRES: release },
  });
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(results, 'utf8'));
    return { code, passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { code: code || 1, passed: 0, failed: 1 };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
