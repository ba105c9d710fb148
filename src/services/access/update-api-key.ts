import type { Purpose } from '../../values/consents.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Right } from '../../values/rights.ts';
import type { Role } from '../../values/vocabulary.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Scope } from '../scope.ts';
import { noteAccessChange } from './access-changes.ts';
import { checkKeyName, checkScopes } from './create-api-key.ts';
import { checkPurposes } from './purposes.ts';
import { requireRight } from './role-rights.ts';

export interface ApiKeyChange {
  /** Null: stays. */
  name: string | null;
  /** Null: stays. A partner's or customer's key keeps its role, and no other key becomes one. */
  role: Role | null;
  /** Null: stays. */
  scopes: readonly Right[] | null;
  /** Null or absent: stays. */
  purposes?: readonly Purpose[] | null;
}

const OWN_ROLES: readonly Role[] = ['partner', 'customer'];

/** Changes what a key may do. Running streams of the key follow within a second. */
export async function updateApiKey(scope: Scope, id: string, change: ApiKeyChange): Promise<void> {
  requireRight(scope.viewer, 'access:write');
  await atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [key] = await sql<
      { role: Role; scopes: Right[]; purposes: Purpose[] | null; name: string; revokedAt: Date | null }[]
    >`
      select role, scopes, purposes, name, revoked_at from api_keys where id = ${id} for update`;
    if (!key) throw new Refusal('NOT_FOUND', 'No key has this id.', ['id']);
    if (key.revokedAt) throw new Refusal('ALREADY_REVOKED', 'The key is revoked. Make a new one.', ['id']);
    const role = change.role ?? key.role;
    if (role !== key.role && (OWN_ROLES.includes(role) || OWN_ROLES.includes(key.role)))
      throw new Refusal('INVALID_INPUT', 'A key of a partner or customer keeps its role. Make a new key.', [
        'input',
        'role',
      ]);
    const scopes = change.scopes ?? key.scopes;
    const name = change.name == null ? key.name : checkKeyName(change.name);
    checkScopes(scope.viewer, role, scopes);
    const purposes = change.purposes ?? key.purposes;
    if (change.purposes || role !== key.role) checkPurposes(scope.viewer, role, purposes);
    await sql`
      update api_keys set name = ${name}, role = ${role}, scopes = ${scopes as string[]}, purposes = ${purposes as string[] | null},
        agent_id = case when ${role} = 'agent' then agent_id end
      where id = ${id}`;
    await noteAccessChange(tx, { act: 'changed', principal: id, before: key, after: { role, scopes, purposes } });
    recordFact(tx, { type: 'viewer.changed', streams: [stream.viewer(id)], details: { principal: id, role } });
  });
}
