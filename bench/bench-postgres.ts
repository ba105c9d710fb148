import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startEmbedded } from '../src/database/embedded.ts';
import { singleConnection } from '../src/database/single-connection.ts';

/** The PostgreSQL that a bench runs on. */
export interface BenchPostgres {
  version: string;
  urlOf(database: string): string;
  stop(): Promise<void>;
}

/** Starts the bench's own embedded PostgreSQL, with the settings of the product, or takes one that runs. */
export async function startBenchPostgres(
  dataDir: string,
  given: string | null,
  log: (line: string) => void,
): Promise<BenchPostgres> {
  const embedded = given ? null : await startEmbedded({ dataDir, log });
  const superuserUrl = given ?? ownSuperuser(dataDir);
  const urlOf = (database: string) => {
    const url = new URL(superuserUrl);
    url.pathname = `/${database}`;
    return url.href;
  };
  const sql = singleConnection(urlOf('postgres'), 'punos bench');
  const [row] = await sql<{ version: string }[]>`select current_setting('server_version') as version`;
  if (embedded) await dropCopies(sql);
  await sql.end();
  return { version: row!.version, urlOf, stop: async () => embedded?.stop() };
}

/** What a killed run left fills the disk: the copies of a million customers are 30 GB. */
async function dropCopies(sql: ReturnType<typeof singleConnection>): Promise<void> {
  const left = await sql<{ datname: string }[]>`
    select datname from pg_database where datname ~ '^bench_[0-9]+_[0-9a-f]{10}_'`;
  for (const { datname } of left) await sql`drop database ${sql(datname)} with (force)`;
}

function ownSuperuser(dataDir: string): string {
  const { superuser, port } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')) as {
    superuser: string;
    port: number;
  };
  return `postgres://postgres:${superuser}@127.0.0.1:${port}/postgres`;
}
