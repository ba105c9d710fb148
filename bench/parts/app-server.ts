// Our server as a process of the bench.
import 'reflect-metadata';

import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { answerParent, cpuSeconds, memoryHeld } from './answer-parent.ts';

interface Start {
  databaseUrl: string;
  /** Settings by the names of environment variables. */
  settings: Record<string, string>;
}

const SETTINGS = {
  PORT: '0',
  LOG_LEVEL: 'warn',
  NODE_ENV: 'production',
  // The seed grows older every day; the floor keeps all of it.
  ACTIVITY_RETENTION_DAYS: '3650',
};

async function start({ databaseUrl, settings }: Start): Promise<string> {
  const config = readConfig({ ...SETTINGS, ...settings });
  const app = await startApp(config, { databaseUrl });
  return app.url;
}

answerParent({ start, cpu: cpuSeconds, memory: memoryHeld, resident: () => process.memoryUsage.rss() });
