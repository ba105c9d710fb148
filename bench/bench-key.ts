import { openDatabase } from '../src/database/open-database.ts';
import { createApiKey } from '../src/services/access/create-api-key.ts';
import { systemViewer } from '../src/services/access/system-viewer.ts';
import { readInstallation } from '../src/services/events/installation.ts';

/** Who writes in benches: may do everything. */
export const BENCH_VIEWER = systemViewer('bench');

/** Settings under which no limit for callers is what a bench measures. */
export const UNLIMITED: Record<string, string> = {
  MAX_COST: '1000000',
  RATE_COST_PER_SECOND: '1000000',
  RATE_COST_BURST: '10000000',
  MAX_SOCKETS_PER_PRINCIPAL: '100000',
  MAX_SOCKETS_PER_BOT: '100000',
};

/** Makes an admin's key in a database and returns its secret. */
export async function benchKey(databaseUrl: string): Promise<string> {
  const database = openDatabase(databaseUrl, { poolSize: 2, statementTimeoutMs: 5_000 });
  try {
    const installation = await readInstallation(database.sql);
    const scope = { db: database, viewer: BENCH_VIEWER, now: new Date() };
    const nobody = { scopes: null, agentId: null, partnerId: null, customerId: null, expiresAt: null };
    const { secret } = await createApiKey(scope, installation, { name: 'bench', role: 'admin', ...nobody }, null);
    if (secret === null) throw new Error('A new key shows its secret.');
    return secret;
  } finally {
    await database.close();
  }
}
