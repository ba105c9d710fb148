// npm test: everything on PostgreSQL 18, and what is nearest to the database on 15 too.
// npm test -- <vitest arguments>: only those, on 18 or on what PUNOS_TEST_POSTGRES names.
//
// Where no more than two files failed in a whole run, each runs once more, alone: many tests kill servers and cut wires, and run on
// shared machines that stand still for seconds. What passes then has passed; the last lines name it all the same, for a race that shows
// once in fifty runs is a race. What fails twice fails, and arguments of one's own are never tried twice.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { NotReady, projectEnvironment, readyProject, run, say } from './ready-project.mjs';

const NEAR_THE_DATABASE = ['test/database', 'test/events', 'test/services/events', 'test/live'];

const NOT_TWICE = [
  // It brings its own PostgreSQL, always the newest.
  'test/database/embedded.test.ts',
  // These are of a broker, a scanner and other people's servers. What they ask of the database others ask here too.
  'test/live/nats/**',
  'test/live/attachment-scanner.test.ts',
  'test/live/fetched-attachments.test.ts',
  'test/live/courier-wakes.test.ts',
  'test/live/courier.test.ts',
  'test/live/webhooks/**',
].flatMap((path) => ['--exclude', path]);

/** More of them fail for a reason. */
const MOST_TRIED_AGAIN = 2;

const asked = process.argv.slice(2);
const isWhole = asked.length === 0;
const node = await readyProject().catch((error) => {
  say(error instanceof NotReady ? error.message : (error.stack ?? String(error)));
  process.exit(1);
});
const newest = process.env.PUNOS_TEST_POSTGRES ?? '18';
const runs = [{ release: newest, args: asked }];
if (isWhole && newest === '18') runs.push({ release: '15', args: [...NEAR_THE_DATABASE, ...NOT_TWICE] });

const total = { passed: 0, failed: 0 };
const atSecondTry = [];
for (const { release, args } of runs) {
  console.log(`\nPostgreSQL ${release}: ${args.length === 0 ? 'all tests' : args.join(' ')}`);
  const first = await runTests(release, args);
  const { passed, failed } = isWhole ? await tryAgain(release, first) : first;
  total.passed += passed;
  total.failed += failed;
}
for (const { file, failed, release } of atSecondTry)
  console.log(`\n*** passed only at the second try: ${file} on PostgreSQL ${release}\n    ${failed.join('\n    ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

/** What a run comes to when its few failed files had their second try. */
async function tryAgain(release, first) {
  const failing = first.files.filter(({ failed }) => failed.length > 0);
  if (!first.canBeMended || failing.length === 0 || failing.length > MOST_TRIED_AGAIN) return first;
  const outcome = { passed: first.passed, failed: first.failed };
  for (const { file, passed, failed } of failing) {
    console.log(`\n*** ${file} failed; once more, alone, on PostgreSQL ${release}:`);
    const second = await runTests(release, [file]);
    outcome.passed += second.passed - passed;
    outcome.failed += second.failed - failed.length;
    if (second.failed === 0) atSecondTry.push({ file, failed, release });
  }
  return outcome;
}

/** Runs vitest. A crash, an error that belongs to no file and a failure nobody counted make one failure, which no second try mends. */
async function runTests(release, args) {
  const place = mkdtempSync(join(tmpdir(), 'punos-results-'));
  const results = join(place, 'results.json');
  const flags = ['--reporter=default', '--reporter=./scripts/results-of-files.mjs'];
  const code = await run(node, ['node_modules/vitest/vitest.mjs', 'run', ...flags, ...args], {
    env: { ...projectEnvironment(node), PUNOS_TEST_POSTGRES: release, PUNOS_TEST_RESULTS: results },
  });
  try {
    const { isWhole, files } = JSON.parse(readFileSync(results, 'utf8'));
    const passed = files.reduce((sum, file) => sum + file.passed, 0);
    const counted = files.reduce((sum, { failed }) => sum + failed.length, 0);
    const canBeMended = isWhole && files.every(({ isDone }) => isDone) && (code === 0) === (counted === 0);
    return { files, passed, failed: canBeMended ? counted : Math.max(1, counted), canBeMended };
  } catch {
    return { files: [], passed: 0, failed: 1, canBeMended: false };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
