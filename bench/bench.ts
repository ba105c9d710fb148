import type { BenchPostgres } from './bench-postgres.ts';
import type { BenchOptions } from './options.ts';
import type { Report } from './report.ts';

/** What a bench is given: rows to work on and a place to report to. */
export interface Ground {
  postgres: BenchPostgres;
  /** The seeded database. Write into a copy. */
  database: string;
  options: BenchOptions;
  report: Report;
}

/** One measurement with its floor. */
export interface Bench {
  /** For `--list`. */
  summary: string;
  run(ground: Ground): Promise<void>;
}

/** A measurement of what needs no database. */
export interface PureBench {
  summary: string;
  run(ground: Pick<Ground, 'options' | 'report'>): void;
  isPure: true;
}
