import type { GraphQLSchema } from 'graphql';

import type { Database } from '../../src/database/open-database.ts';
import { createApiKey } from '../../src/services/access/create-api-key.ts';
import { aFullShop } from '../support/a-full-shop.ts';
import type { Asking } from '../support/asking.ts';
import { EVERY_ACT } from '../support/every-act.ts';
import { aScope } from '../support/scopes.ts';
import type { Act } from './documents.ts';
import type { Role } from './run.ts';

/** Limits that would end a document before it reaches what it is meant for. */
export const OPEN_LIMITS = {
  RATE_COST_PER_SECOND: '1000000',
  RATE_COST_BURST: '10000000',
  MAX_SOCKETS_PER_PRINCIPAL: '10000',
  MAX_SOCKETS_PER_BOT: '10000',
};

/** A shop with something of everything, for strangers to come upon. */
export async function aPlaceToFuzz(
  database: Database,
  asking: Asking,
): Promise<{ schema: GraphQLSchema; act: Act; keyOf: (role: Role) => Promise<string> }> {
  const shop = await aFullShop(asking);
  const anna = await shop.aShopper('anna');
  await shop.aShopper('berta');
  const act: Act = async (mutation) => {
    try {
      return await EVERY_ACT[mutation]!(shop);
    } catch {
      // What it stands on is what another document has just taken away, or used up.
      return null;
    }
  };
  const keyOf = async (role: Role) => {
    const [partnerId, customerId] = [
      role === 'partner' ? anna.partnerId : null,
      role === 'customer' ? anna.customerId : null,
    ];
    const agentId = role === 'agent' ? shop.agentIds[0]! : null;
    const input = { name: `fuzz ${role}`, role, scopes: null, expiresAt: null, partnerId, customerId, agentId };
    const scope = { ...aScope(database), now: new Date() };
    const { secret } = await createApiKey(scope, asking.ground.installation, input, null);
    return secret!;
  };
  return { schema: asking.schema, act, keyOf };
}
