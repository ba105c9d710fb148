import { openDatabase } from '../../../src/database/open-database.ts';
import { ensureDatabase } from '../../../src/database/roles.ts';
import { singleConnection } from '../../../src/database/single-connection.ts';
import { aFaultWire, overWire } from '../../support/fault-wire.ts';
import { applicationUrl, startTestCluster, superuserUrl } from '../../support/test-cluster.ts';
import type { Place } from './stage.ts';

/** A PostgreSQL of its own behind a wire, both to be broken. */
export async function breakableCluster() {
  const cluster = await startTestCluster('18');
  const wire = await aFaultWire(cluster.port);
  let made = 0;
  return {
    /** An empty database, for one run. */
    async aPlace(note?: Place['note']): Promise<Place & { close(): Promise<void> }> {
      const name = `run_${(made += 1)}`;
      await asSuperuser((sql) => ensureDatabase(sql, name, cluster.template));
      const url = applicationUrl(cluster, name);
      const database = openDatabase(url, { poolSize: 4, statementTimeoutMs: 60_000 });
      const { crash, restart, kill } = cluster;
      return {
        database,
        applicationUrl: overWire(url, wire),
        breakable: { crash, restart, kill, asSuperuser, wire },
        ...(note ? { note } : {}),
        async close() {
          await database.close();
          await asSuperuser((sql) => sql`drop database ${sql(name)} with (force)`);
        },
      };
    },
    async stop() {
      await wire.close();
      await cluster.stop();
    },
  };

  async function asSuperuser<T>(work: (sql: ReturnType<typeof singleConnection>) => PromiseLike<T>): Promise<T> {
    const sql = singleConnection(superuserUrl(cluster));
    try {
      return await work(sql);
    } finally {
      await sql.end();
    }
  }
}
