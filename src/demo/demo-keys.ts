import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Db, Sql } from '../database/open-database.ts';
import { createApiKey } from '../services/access/create-api-key.ts';
import { hashOfSecret } from '../services/access/key-secret.ts';
import { readKeyViewer } from '../services/access/read-key-viewer.ts';
import { readInstallation } from '../services/events/installation.ts';
import { ALL_RIGHTS } from '../values/rights.ts';
import type { Viewer } from '../values/viewer.ts';
import { ROLES, type Role } from '../values/vocabulary.ts';

/** One key per role. A role without anybody to speak for (no partner yet) has none. */
export type DemoKeys = Partial<Record<Role, string>>;

const SETUP: Viewer = {
  principal: 'system:setup',
  role: 'admin',
  rights: new Set(ALL_RIGHTS),
  agentId: null,
  partnerId: null,
  customerId: null,
  expiresAt: null,
};

/** The keys in `DATA_DIR/keys.json` (mode 0600): those that still work are kept, missing ones are made. */
export async function ensureDemoKeys(db: Db, dataDir: string): Promise<DemoKeys> {
  const file = join(dataDir, 'keys.json');
  const kept = readKept(file);
  const keys: DemoKeys = {};
  for (const role of ROLES) {
    const known = kept[role];
    const works = known !== undefined && (await readKeyViewer(db.sql, hashOfSecret(known))) !== null;
    const secret = works ? known : await makeKey(db, role);
    if (secret) keys[role] = secret;
  }
  write(file, keys);
  return keys;
}

async function makeKey(db: Db, role: Role): Promise<string | null> {
  const owner = await findOwner(db.sql, role);
  if (!owner) return null;
  const scope = { db, viewer: SETUP, now: new Date() };
  const input = { name: `Demo ${role}`, role, scopes: null, expiresAt: null, ...owner };
  const { secret } = await createApiKey(scope, await readInstallation(db.sql), input, null);
  return secret;
}

const NOBODY = { agentId: null, partnerId: null, customerId: null };

/** Whom the demo key of a role speaks for: the first there is. Null: the role needs somebody and there is nobody. */
async function findOwner(sql: Sql, role: Role): Promise<Record<keyof typeof NOBODY, string | null> | null> {
  if (role === 'agent') {
    const [row] = await sql<{ id: string }[]>`select id from agents order by id limit 1`;
    return { ...NOBODY, agentId: row?.id ?? null };
  }
  if (role === 'partner') {
    const [row] = await sql<{ id: string }[]>`select id from partners order by id limit 1`;
    return row ? { ...NOBODY, partnerId: row.id } : null;
  }
  if (role === 'customer') {
    // Somebody who has something to see.
    const [row] = await sql<{ id: string }[]>`
      select c.id from customers c
      order by exists (select 1 from orders o where o.customer_id = c.id) desc, c.id limit 1`;
    return row ? { ...NOBODY, customerId: row.id } : null;
  }
  return NOBODY;
}

function readKept(file: string): DemoKeys {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DemoKeys;
  } catch {
    // Half a file is no file: keys are made again.
    return {};
  }
}

function write(file: string, keys: DemoKeys): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}
