import { isId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Viewer } from '../../values/viewer.ts';
import { checkScopes } from '../access/create-api-key.ts';
import { readKeyViewers } from '../access/read-key-viewer.ts';
import type { TransactionScope } from '../scope.ts';

const FIELD = ['input', 'keyId'];

/**
 * Who an endpoint is to speak for: the caller's own key, or another one that may do nothing which the caller may not. Whoever sets where
 * it goes could otherwise read by it what their own key does not show them.
 */
export async function lendKey(tx: TransactionScope, keyId: string | null): Promise<Viewer> {
  const { viewer, db } = tx;
  const id = keyId ?? viewer.principal;
  if (!isId('apiKey', id))
    throw new Refusal(
      'INVALID_INPUT',
      'Name the API key whose rights it is to have: a token ends before it does.',
      FIELD,
    );
  if (id !== viewer.principal && !viewer.rights.has('access:write'))
    throw new Refusal('NOT_ALLOWED', 'Without `access:write` an endpoint has the rights of your own key.', FIELD);
  const lent = (await readKeyViewers(db.sql, [id])).get(id);
  if (!lent) throw new Refusal('NOT_FOUND', 'No key that is alive has this id.', FIELD);
  if (id !== viewer.principal) checkScopes(viewer, lent.role, [...lent.rights], FIELD);
  return lent;
}
