import 'reflect-metadata';
import { readConfig } from '../src/config.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { createApiKey, type NewApiKey } from '../src/services/access/create-api-key.ts';
import { systemViewer } from '../src/services/access/system-viewer.ts';
import { readInstallation } from '../src/services/events/installation.ts';

/**
 * npm run key -- <name>: the first admin key of an installation with its own PostgreSQL. Whoever can reach the database may do
 * this; every other key is made with `apiKeyCreate`. The secret goes to stdout, once.
 */
const name = process.argv.slice(2).join(' ').trim();
const config = readConfig(process.env);
if (name === '' || config.database.url === undefined) {
  process.stderr.write(
    'Usage: DATABASE_URL=… npm run key -- <name>. The embedded database has its keys in DATA_DIR/keys.json.\n',
  );
  process.exit(1);
}
const database = openDatabase(config.database.url, { ...config.database, poolSize: 2 });
try {
  const viewer = systemViewer('setup');
  const input: NewApiKey = {
    name,
    role: 'admin',
    scopes: null,
    agentId: null,
    partnerId: null,
    customerId: null,
    expiresAt: null,
  };
  const scope = { db: database, viewer, now: new Date() };
  const { secret } = await createApiKey(scope, await readInstallation(database.sql), input, null);
  process.stdout.write(`${secret}\n`);
} finally {
  await database.close();
}
