import { randomBytes } from 'node:crypto';

import { afterAll, inject } from 'vitest';

import type { Database, Sql } from '../../src/database/open-database.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { ensureDatabase } from '../../src/database/roles.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import type { TestCluster } from './test-cluster.ts';
import { applicationUrl, ownerUrl, superuserUrl } from './test-cluster.ts';

export interface TestDatabase {
  /** Opened as the application opens it. */
  database: Database;
  /** The same pool, for what a test sees or prepares by itself: rows only, no DDL. */
  sql: Sql;
  name: string;
  ownerUrl: string;
  applicationUrl: string;
  /** Everything allowed: to look behind the application, or to break what it stands on. */
  superuserUrl: string;
}

/**
 * A migrated, empty database of the test file's own; closed and dropped when the file ends. At the top of
 * a file: `const { database, sql } = await withDatabase();`. Whoever expects something of all transactions of a server brings a cluster of their own.
 */
export async function withDatabase(cluster: TestCluster = inject('cluster')): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(cluster, (superuser) => ensureDatabase(superuser, name, cluster.template));
  const database = openDatabase(applicationUrl(cluster, name), { poolSize: 8, statementTimeoutMs: 20_000 });
  afterAll(async () => {
    await database.close();
    await asSuperuser(cluster, (superuser) => superuser`drop database ${superuser(name)} with (force)`);
  });
  return {
    database,
    sql: database.sql,
    name,
    ownerUrl: ownerUrl(cluster, name),
    applicationUrl: applicationUrl(cluster, name),
    superuserUrl: superuserUrl(cluster, name),
  };
}

async function asSuperuser(cluster: TestCluster, work: (sql: Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = singleConnection(superuserUrl(cluster));
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
