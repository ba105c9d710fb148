import { type EndpointId, newId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';
import type { PersonPlace } from './places-of-reply.ts';

/** The endpoint of a place, made where the person never wrote from there. The lock of the person is the caller's. */
export async function ensureEndpoint(tx: TransactionScope, place: PersonPlace): Promise<EndpointId> {
  if (place.endpointId) return place.endpointId;
  const id = newId('endpoint');
  const { inboxId, customerId, address } = place;
  await tx.db.sql`
    insert into endpoints (id, inbox_id, customer_id, address, is_public, created_at)
    values (${id}, ${inboxId}, ${customerId}, ${address}, false, ${tx.now})`;
  return id;
}
