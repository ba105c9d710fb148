import { randomBytes } from 'node:crypto';

import postgres from 'postgres';
import type { Sql } from 'postgres';
import { afterAll, inject } from 'vitest';

import { ensureDatabase } from '../../src/database/roles.ts';
import type { TestCluster } from './test-cluster.ts';
import { applicationUrl, ownerUrl, superuserUrl } from './test-cluster.ts';

export interface TestDatabase {
  /** Name of this file's own database. */
  name: string;
  ownerUrl: string;
  applicationUrl: string;
  /** Everything allowed: to look behind the application, or to break what it stands on. */
  superuserUrl: string;
  /** Connected as the application: rows only. */
  sql: Sql;
}

/**
 * A migrated, empty database of the test file's own; dropped when the file ends. At the top of a file:
 * `const database = await withDatabase();`
 */
export async function withDatabase(): Promise<TestDatabase> {
  const cluster = inject('cluster');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(cluster, (superuser) => ensureDatabase(superuser, name, cluster.template));
  const sql = postgres(applicationUrl(cluster, name), { max: 8, onnotice: () => undefined, transform: postgres.camel });
  afterAll(async () => {
    await sql.end({ timeout: 2 });
    await asSuperuser(cluster, (superuser) => superuser`drop database ${superuser(name)} with (force)`);
  });
  return {
    name,
    ownerUrl: ownerUrl(cluster, name),
    applicationUrl: applicationUrl(cluster, name),
    superuserUrl: superuserUrl(cluster, name),
    sql,
  };
}

async function asSuperuser(cluster: TestCluster, work: (sql: Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(superuserUrl(cluster), { max: 1, onnotice: () => undefined });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
