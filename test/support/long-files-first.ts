import { relative } from 'node:path';

import { BaseSequencer, type TestSpecification } from 'vitest/node';

import { dice } from './dice.ts';

/** Those that take longest, longest first: one of them alone at the end would keep the second processor waiting. */
const LONGEST = [
  'test/bench/bench.test.ts',
  'test/journeys/crash.test.ts',
  'test/journeys/killed-rehearsal.test.ts',
  'test/live/nats/nats-backbone.test.ts',
  'test/journeys/nats/nats.test.ts',
  'test/faults/old-transaction.test.ts',
  'test/faults/unreachable-database.test.ts',
  'test/backup/backup-and-restore.test.ts',
  'test/live/webhooks/webhooks.test.ts',
  'test/import/own-tables.test.ts',
  'test/web/pages.test.ts',
  'test/live/courier.test.ts',
  'test/processes/many-processes.test.ts',
  'test/processes/routing-under-kills.test.ts',
  'test/live/fetched-attachments.test.ts',
  'test/database/embedded.test.ts',
  'test/fuzz/fuzz.test.ts',
  'test/server/stalled-readers.test.ts',
  'test/server/exhaustion.test.ts',
  'test/journeys/merges.test.ts',
  'test/layers.test.ts',
  'test/server/strangers.test.ts',
  'test/execution/plans/both-ways.test.ts',
  'test/access/every-idempotency-key.test.ts',
  'test/access/rights-matrix.test.ts',
  'test/access/canaries.test.ts',
];

/**
 * The long files first, all others in random order, which shows what leans on its neighbour. `--sequence.seed` repeats it. Those that share a
 * process follow each other, project by project: another file between them would end it.
 */
export class LongFilesFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root, sequence } = this.ctx.config;
    this.ctx.logger.log(`Files in the order of --sequence.seed=${sequence.seed}`);
    const pathOf = ({ moduleId }: TestSpecification) => relative(root, moduleId).replaceAll('\\', '/');
    const chance = dice(sequence.seed);
    const byPath = files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
    const shuffled = byPath.map((file) => ({ file, turn: chance.next() })).sort((a, b) => a.turn - b.turn);
    const rank = (file: TestSpecification) => {
      const place = LONGEST.indexOf(pathOf(file));
      return place < 0 ? LONGEST.length : place;
    };
    const project = (file: TestSpecification) =>
      file.project.config.isolate ? -1 : this.ctx.projects.indexOf(file.project);
    return Promise.resolve(
      shuffled.map(({ file }) => file).sort((a, b) => project(a) - project(b) || rank(a) - rank(b)),
    );
  }
}
