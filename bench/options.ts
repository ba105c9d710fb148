import { parseArgs } from 'node:util';

/** What the command line asks of a bench. */
export interface BenchOptions {
  /** One after the other. */
  names: readonly string[];
  list: boolean;
  json: boolean;
  customers: number;
  /** Windows as short as they can be, fewest connections: to see that everything works. */
  quick: boolean;
  /** Windows of ours and of the floor, in turn, of which the medians are told. */
  pairs: number;
  /** Directory for CPU profiles of our server; null: none are taken. */
  profileDir: string | null;
  /** A superuser's address of a running PostgreSQL; null: an embedded one of the bench's own. */
  postgresUrl: string | null;
}

const MOST_CUSTOMERS = 1_000_000;
const MOST_PAIRS = 99;

/** Reads the arguments. Throws a sentence when they make no sense. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      customers: { type: 'string' },
      pairs: { type: 'string' },
      profile: { type: 'string' },
      postgres: { type: 'string' },
    },
  });
  const customers = Number(values.customers ?? (values.quick ? 1_000 : 10_000));
  if (!Number.isInteger(customers) || customers < 100 || customers > MOST_CUSTOMERS)
    throw new Error(`--customers is a whole number from 100 to ${MOST_CUSTOMERS}.`);
  const pairs = Number(values.pairs ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(pairs) || pairs < 1 || pairs > MOST_PAIRS)
    throw new Error(`--pairs is a whole number from 1 to ${MOST_PAIRS}.`);
  return {
    names: positionals,
    list: values.list,
    json: values.json,
    customers,
    quick: values.quick,
    pairs,
    profileDir: values.profile ?? null,
    postgresUrl: values.postgres ?? null,
  };
}
