import { checkName } from '../../values/check-text.ts';
import type { Purpose } from '../../values/consents.ts';
import type { AgentId, ApiKeyId, CustomerId, PartnerId } from '../../values/ids.ts';
import { newId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Right } from '../../values/rights.ts';
import type { Viewer } from '../../values/viewer.ts';
import type { PartnerKind, Role } from '../../values/vocabulary.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { noteAccessChange } from './access-changes.ts';
import { idempotently } from './idempotently.ts';
import { hashOfSecret, newSecret, prefixOfSecret } from './key-secret.ts';
import { checkPurposes } from './purposes.ts';
import { PARTNER_RIGHTS, requireRight, rightsOf, ROLE_RIGHTS } from './role-rights.ts';

export interface NewApiKey {
  name: string;
  role: Role;
  /** Null: what a partner of its kind needs; otherwise every right of the role. An empty list: none. */
  scopes: readonly Right[] | null;
  /** What it uses data of persons for. Null or absent: whatever its role does. An empty list: nothing. */
  purposes?: readonly Purpose[] | null;
  agentId: string | null;
  partnerId: string | null;
  customerId: string | null;
  expiresAt: Date | null;
}

/** Makes a key. The secret is in the first answer only: a repeat with the same idempotency key gets null for it. */
export async function createApiKey(
  scope: Scope,
  installation: Installation,
  input: NewApiKey,
  idempotencyKey: string | null,
): Promise<{ id: ApiKeyId; secret: string | null }> {
  requireRight(scope.viewer, 'access:write');
  const secret = newSecret(input.role);
  const act = { mutation: 'apiKeyCreate', key: idempotencyKey, input };
  const { ids, replayed } = await idempotently(scope, installation, act, async (tx) => {
    const id = newId('apiKey');
    const name = checkKeyName(input.name);
    const owner = await findOwner(tx, input);
    const scopes = input.scopes ?? (await defaultScopes(tx, input.role, owner));
    checkScopes(scope.viewer, input.role, scopes);
    const purposes = input.purposes ?? null;
    checkPurposes(scope.viewer, input.role, purposes);
    if (input.expiresAt && input.expiresAt <= scope.now)
      throw new Refusal('INVALID_INPUT', 'The key would have ended already.', ['input', 'expiresAt']);
    await tx.db.sql`
      insert into api_keys (id, name, prefix, hash, role, scopes, purposes, agent_id, partner_id, customer_id, created_by, created_at, expires_at)
      values (${id}, ${name}, ${prefixOfSecret(secret)}, ${hashOfSecret(secret)}, ${input.role}, ${scopes as string[]}, ${purposes as string[] | null},
        ${owner.agentId}, ${owner.partnerId}, ${owner.customerId}, ${scope.viewer.principal}, ${scope.now}, ${input.expiresAt})`;
    await noteAccessChange(tx, {
      act: 'created',
      principal: id,
      before: null,
      after: { role: input.role, scopes, purposes },
    });
    recordFact(tx, {
      type: 'viewer.created',
      streams: [stream.viewer(id)],
      details: { principal: id, role: input.role },
    });
    return { id };
  });
  return { id: ids.id as ApiKeyId, secret: replayed ? null : secret };
}

/** As it is read, so that no key looks like another one. */
export const checkKeyName = (name: string): string => checkName(name, ['input', 'name'], 100);

/** Nobody gives what they do not have: each right, and as far as it goes. */
export function checkScopes(
  giver: Viewer,
  role: Role,
  scopes: readonly string[],
  field: readonly string[] = ['input', 'scopes'],
): void {
  const unknown = scopes.find((right) => !Object.hasOwn(ROLE_RIGHTS[role], right));
  if (unknown !== undefined)
    throw new Refusal('INVALID_INPUT', `The role ${role} cannot have the right \`${unknown}\`.`, ['input', 'scopes']);
  for (const right of rightsOf(role, scopes)) {
    const farEnough = ROLE_RIGHTS[giver.role][right] === 'all' || ROLE_RIGHTS[role][right] === 'own';
    if (!giver.rights.has(right) || !farEnough)
      throw new Refusal('NOT_ALLOWED', `You cannot give the right \`${right}\`: you do not have it yourself.`, field);
  }
}

async function defaultScopes({ db }: TransactionScope, role: Role, { partnerId }: Owner): Promise<readonly Right[]> {
  if (partnerId === null) return Object.keys(ROLE_RIGHTS[role]) as Right[];
  const [partner] = await db.sql<{ kind: PartnerKind }[]>`select kind from partners where id = ${partnerId}`;
  return PARTNER_RIGHTS[partner!.kind];
}

interface Owner {
  agentId: AgentId | null;
  partnerId: PartnerId | null;
  customerId: CustomerId | null;
}

/** Who the key speaks for. A partner's and a customer's key must speak for one; other roles but agents for nobody. */
async function findOwner(tx: TransactionScope, input: NewApiKey): Promise<Owner> {
  const { role, agentId, partnerId, customerId } = input;
  const given = { agentId, partnerId, customerId };
  const field =
    role === 'agent' ? 'agentId' : role === 'partner' ? 'partnerId' : role === 'customer' ? 'customerId' : null;
  for (const [name, id] of Object.entries(given))
    if (id !== null && name !== field)
      throw new Refusal('INVALID_INPUT', `A key of the role ${role} has no \`${name}\`.`, ['input', name]);
  const none: Owner = { agentId: null, partnerId: null, customerId: null };
  if (field === null) return none;
  const id = given[field];
  if (id === null) {
    if (field === 'agentId') return none;
    throw new Refusal('INVALID_INPUT', `A key of the role ${role} needs a \`${field}\`.`, ['input', field]);
  }
  const { sql } = tx.db;
  const table = field === 'agentId' ? sql`agents` : field === 'partnerId' ? sql`partners` : sql`customers`;
  const [found] = await sql`select 1 from ${table} where id = ${id}`;
  if (!found) throw new Refusal('NOT_FOUND', `Nothing with this id is known.`, ['input', field]);
  return { ...none, [field]: id };
}
