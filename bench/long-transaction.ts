import type { Bench } from './bench.ts';
import type { Storm, StormReadings } from './parts/journal-storm.ts';
import { startPart } from './parts/part.ts';
import { copyDatabase, dropDatabase } from './seed/seeded-database.ts';
import { median, rounded } from './statistics.ts';

export const longTransaction: Bench = {
  summary:
    'commit to delivery while somebody else holds a write transaction open for 5 s; 16 writers with holds and rollbacks',
  async run({ options, postgres, database, report }) {
    const copy = await copyDatabase(postgres, database, 'storm');
    const part = await startPart('parts/journal-storm.ts', options.profileDir);
    const rounds: StormReadings[] = [];
    try {
      const [count, phaseSeconds] = options.quick ? [1, 0.5] : [5, 5];
      for (let round = 1; round <= count; round += 1) {
        const storm: Storm = { databaseUrl: postgres.urlOf(copy), phaseSeconds, seed: round };
        rounds.push(await part.ask<StormReadings>('storm', storm));
        report.progress(`round ${round} of ${count}`);
      }
    } finally {
      await part.stop();
      await dropDatabase(postgres, copy);
    }
    const sum = (read: (round: StormReadings) => number) => rounds.reduce((total, round) => total + read(round), 0);
    const middle = (read: (round: StormReadings) => number) => rounded(median(rounds.map(read)));
    const ratio = middle(({ before, during }) => during.p99Ms / before.p99Ms);
    const committed = sum((round) => round.committed);
    report.figure({
      figure: 'long-transaction.p99',
      unit: 'ms commit to delivery',
      value: middle(({ during }) => during.p99Ms),
      ratio,
      asked: 'at most twice the p99 before',
      met: ratio <= 2,
      with: {
        beforeP99Ms: middle(({ before }) => before.p99Ms),
        beforeP50Ms: middle(({ before }) => before.p50Ms),
        p50Ms: middle(({ during }) => during.p50Ms),
        rounds: rounds.length,
      },
    });
    const [lost, repeated, disordered] = [
      sum((each) => each.lost),
      sum((each) => each.repeated),
      sum((each) => each.disordered),
    ];
    report.figure({
      figure: 'long-transaction.lost',
      unit: 'events',
      value: lost,
      asked: 'everything once, in order',
      met: lost + repeated + disordered === 0,
      with: { committed, repeated, disordered, rolledBack: sum((round) => round.rolledBack) },
    });
    // What the snapshot is for: the reader that most outboxes have, beside ours.
    report.figure({
      figure: 'long-transaction.naive-reader-lost',
      unit: 'events',
      value: sum((each) => each.naiveLost),
      with: { committed },
    });
  },
};
