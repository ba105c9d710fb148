import { migrate } from '../../src/database/migrate.ts';

/** One of several processes that migrate at once; the address comes as argument. */
await migrate(process.argv[2] ?? '', { log: () => undefined });
