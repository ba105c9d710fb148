// A reporter of vitest for scripts/test.mjs: one line of JSON a file, written to what PUNOS_TEST_RESULTS names. Vitest's own JSON does
// not tell of errors that nobody waited for.
import { writeFileSync } from 'node:fs';

export default class ResultsOfFiles {
  onTestRunEnd(modules, strayErrors, reason) {
    const files = modules.map((module) => ({
      file: module.relativeModuleId,
      passed: count(module, 'passed'),
      failed: [
        ...[...module.children.allTests('failed')].map(({ fullName }) => fullName),
        // Those of a file that could not be read, or of a hook.
        ...[module, ...module.children.allSuites()].flatMap((each) =>
          each.errors().map(({ message }) => firstLine(message)),
        ),
        ...strayErrors
          .filter((error) => error.VITEST_TEST_PATH === module.moduleId)
          .map(({ message }) => `left behind: ${firstLine(message)}`),
      ],
      isDone: ['passed', 'failed', 'skipped'].includes(module.state()),
    }));
    const known = new Set(modules.map(({ moduleId }) => moduleId));
    const isWhole = reason !== 'interrupted' && strayErrors.every((error) => known.has(error.VITEST_TEST_PATH));
    writeFileSync(process.env.PUNOS_TEST_RESULTS, JSON.stringify({ isWhole, files }));
  }
}

const count = (module, state) => [...module.children.allTests(state)].length;
const firstLine = (message) => String(message).split('\n')[0];
