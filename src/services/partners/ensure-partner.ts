import { checkName, checkText } from '../../values/check-text.ts';
import type { PartnerId } from '../../values/ids.ts';
import { newId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { PARTNER_KINDS } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import type { Partner } from './partner.ts';

/** Makes the partner with this external id, or gives it the present name and kind. */
export async function ensurePartner(
  scope: Scope,
  partner: Pick<Partner, 'externalId' | 'name' | 'kind'>,
): Promise<PartnerId> {
  requireRight(scope.viewer, 'partners:write');
  checkText(partner.externalId, ['input', 'externalId'], 200);
  const name = checkName(partner.name, ['input', 'name'], 200);
  if (!PARTNER_KINDS.includes(partner.kind))
    throw new Refusal('INVALID_INPUT', `\`kind\` must be one of: ${PARTNER_KINDS.join(', ')}.`, ['input', 'kind']);
  const [row] = await scope.db.sql<{ id: PartnerId }[]>`
    insert into partners (id, external_id, name, kind, created_at)
    values (${newId('partner')}, ${partner.externalId}, ${name}, ${partner.kind}, ${scope.now})
    on conflict (external_id) do update set name = excluded.name, kind = excluded.kind
    returning id`;
  return row!.id;
}
