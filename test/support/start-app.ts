import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll } from 'vitest';

import { startApp, type App, type AppOptions } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { createApiKey, type NewApiKey } from '../../src/services/access/create-api-key.ts';
import { systemViewer } from '../../src/services/access/system-viewer.ts';
import type { Scope } from '../../src/services/scope.ts';
import type { Role } from '../../src/values/vocabulary.ts';
import type { TestDatabase } from './with-database.ts';

/** Who prepares rows in tests: may do everything. */
export const SYSTEM = systemViewer('test');

export const systemScope = ({ database }: TestDatabase): Scope => ({ db: database, viewer: SYSTEM, now: new Date() });

export interface TestApp extends App {
  /** `url` with ws instead of http. */
  readonly socketUrl: string;
}

/** The real server on a free port over the file's database; closed when the file ends. Settings are environment variables. */
export async function withApp(
  database: TestDatabase,
  settings: Record<string, string> = {},
  options: Pick<AppOptions, 'channels' | 'log'> = {},
): Promise<TestApp> {
  const dataDir = mkdtempSync(join(tmpdir(), 'punos-test-'));
  const config = readConfig({
    PORT: '0',
    LOG_LEVEL: 'silent',
    // What tests look at is not written to behind their backs.
    ACCURACY_SAMPLE_PERCENT: '0',
    NODE_ENV: 'test',
    DATA_DIR: dataDir,
    SHUTDOWN_DRAIN_MS: '2000',
    ...settings,
  });
  const app = await startApp(config, { ...options, databaseUrl: database.applicationUrl });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= app.close());
  afterAll(async () => {
    await close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { url: app.url, socketUrl: app.url.replace(/^http/, 'ws'), close };
}

/** Makes a key and returns its id and secret. All rights of the role unless `scopes` says otherwise. */
export async function aKey(
  database: TestDatabase,
  role: Role,
  given: Partial<NewApiKey> = {},
): Promise<{ id: string; secret: string }> {
  const input: NewApiKey = {
    name: `test ${role}`,
    role,
    scopes: null,
    agentId: null,
    partnerId: null,
    customerId: null,
    expiresAt: null,
    ...given,
  };
  const installation = await readInstallation(database.sql);
  const { id, secret } = await createApiKey(systemScope(database), installation, input, null);
  if (secret === null) throw new Error('A first call shows its secret.');
  return { id, secret };
}
