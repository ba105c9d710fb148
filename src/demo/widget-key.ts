import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Db } from '../database/open-database.ts';
import { createApiKey, type NewApiKey } from '../services/access/create-api-key.ts';
import { hashOfSecret } from '../services/access/key-secret.ts';
import { readKeyViewer } from '../services/access/read-key-viewer.ts';
import { readInstallation } from '../services/events/installation.ts';
import { DEMO } from './demo-viewer.ts';

/** The key that the demo shop shows in its page, in `DATA_DIR/widget.key`: it starts sessions of visitors and nothing else. */
export async function ensureWidgetKey(db: Db, dataDir: string): Promise<string> {
  const file = join(dataDir, 'widget.key');
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (kept && (await readKeyViewer(db.sql, hashOfSecret(kept)))) return kept;
  const scope = { db, viewer: DEMO, now: new Date() };
  const nobody = { agentId: null, partnerId: null, customerId: null };
  const scopes = ['graph:read', 'sessions:write'] as const;
  const input: NewApiKey = { name: 'Demo shop page', role: 'integration', scopes, ...nobody, expiresAt: null };
  const { secret } = await createApiKey(scope, await readInstallation(db.sql), input, null);
  if (secret === null) throw new Error('A new key shows its secret.');
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return secret;
}
