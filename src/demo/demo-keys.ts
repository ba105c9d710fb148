import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Db } from '../database/open-database.ts';
import { createApiKey } from '../services/access/create-api-key.ts';
import { hashOfSecret } from '../services/access/key-secret.ts';
import { readKeyViewer } from '../services/access/read-key-viewer.ts';
import { revokeApiKey } from '../services/access/revoke-viewer.ts';
import { ensureAgent } from '../services/conversations/ensure-agent.ts';
import { upsertCustomer } from '../services/customers/upsert-customer.ts';
import { readInstallation } from '../services/events/installation.ts';
import { ensurePartner } from '../services/partners/ensure-partner.ts';
import type { Scope } from '../services/scope.ts';
import { Refusal } from '../values/refusal.ts';
import { ROLES, type Role } from '../values/vocabulary.ts';
import { DEMO } from './demo-viewer.ts';

/** One key per role. Empty in production and on a database of one's own: there the operator makes keys. */
export type DemoKeys = Partial<Record<Role, string>>;

/** The keys in `DATA_DIR/keys.json` (mode 0600): those that still work are kept, missing ones are made. */
export async function ensureDemoKeys(db: Db, dataDir: string): Promise<DemoKeys> {
  const file = join(dataDir, 'keys.json');
  const kept = readKept(file);
  const keys: DemoKeys = {};
  for (const role of ROLES) {
    const known = kept[role];
    const works = known !== undefined && (await readKeyViewer(db.sql, hashOfSecret(known))) !== null;
    keys[role] = works ? known : await makeKey(db, role);
  }
  write(file, keys);
  return keys;
}

/** Revokes what a demo made, where none is: keys lie in files and stand on screens. Answers how many there were. */
export async function endDemoKeys(db: Db): Promise<number> {
  const keys = await db.sql<{ id: string }[]>`
    select id from api_keys where created_by = ${DEMO.principal} and revoked_at is null order by id`;
  for (const { id } of keys) {
    try {
      await revokeApiKey({ db, viewer: DEMO, now: new Date() }, id);
    } catch (error) {
      // Another process that starts was first.
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return keys.length;
}

async function makeKey(db: Db, role: Role): Promise<string> {
  const scope: Scope = { db, viewer: DEMO, now: new Date() };
  const owner = await findOwner(scope, role);
  const input = { name: `Demo ${role}`, role, scopes: null, expiresAt: null, ...owner };
  const { secret } = await createApiKey(scope, await readInstallation(db.sql), input, null);
  if (secret === null) throw new Error('A new key shows its secret.');
  return secret;
}

const NOBODY = { agentId: null, partnerId: null, customerId: null };
const NAME = { externalId: 'demo:key', name: 'Owner of the demo key' };

/** Whom the demo key of a role speaks for: the first there is, or somebody made for it where the shop is empty. */
async function findOwner(scope: Scope, role: Role): Promise<Record<keyof typeof NOBODY, string | null>> {
  const { sql } = scope.db;
  if (role === 'agent') {
    const [row] = await sql<{ id: string }[]>`select id from agents order by id limit 1`;
    return { ...NOBODY, agentId: row?.id ?? (await ensureAgent(scope, { ...NAME, capacity: 5, skills: {} })) };
  }
  if (role === 'partner') {
    const [row] = await sql<{ id: string }[]>`select id from partners order by id limit 1`;
    return { ...NOBODY, partnerId: row?.id ?? (await ensurePartner(scope, { ...NAME, kind: 'carrier' })) };
  }
  if (role === 'customer') {
    // Somebody who has something to see.
    const [row] = await sql<{ id: string }[]>`
      select c.id from customers c
      order by exists (select 1 from orders o where o.customer_id = c.id) desc, c.id limit 1`;
    return { ...NOBODY, customerId: row?.id ?? (await makeCustomer(scope)) };
  }
  return NOBODY;
}

async function makeCustomer(scope: Scope): Promise<string> {
  const identities = [{ kind: 'external_id', value: NAME.externalId }] as const;
  const { customerId } = await upsertCustomer(scope, {
    identities,
    profile: { displayName: NAME.name },
    source: 'demo',
  });
  return customerId;
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
