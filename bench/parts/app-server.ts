// Our server as a process of the bench.
import 'reflect-metadata';

import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { UNAUDITED } from '../../src/services/access/audit-trail.ts';
import { answerParent, cpuSeconds, memoryHeld } from './answer-parent.ts';

interface Start {
  databaseUrl: string;
  /** Settings by the names of environment variables. */
  settings: Record<string, string>;
  /** True: what is shown is not written down. Only a bench may ask for that. */
  isUnaudited?: boolean;
}

const SETTINGS = {
  PORT: '0',
  LOG_LEVEL: 'warn',
  NODE_ENV: 'production',
  // The seed grows older every day; the floor keeps all of it.
  ACTIVITY_RETENTION_DAYS: '3650',
};

const NO_AUDIT = { ...UNAUDITED, close: () => Promise.resolve() };

async function start({ databaseUrl, settings, isUnaudited = false }: Start): Promise<string> {
  const config = readConfig({ ...SETTINGS, ...settings });
  const app = await startApp(config, { databaseUrl, ...(isUnaudited && { audit: NO_AUDIT }) });
  return app.url;
}

answerParent({ start, cpu: cpuSeconds, memory: memoryHeld, resident: () => process.memoryUsage.rss() });
