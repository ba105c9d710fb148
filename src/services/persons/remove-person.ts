import { eraseKeysOf } from '../access/erase-keys.ts';
import { eraseActivity } from '../activity/erase-activity.ts';
import { eraseConversations } from '../conversations/erase-conversations.ts';
import { eraseCustomers } from '../customers/erase-customers.ts';
import type { LeavingPerson, RowCounts } from '../customers/leaving-person.ts';
import { eraseTold } from '../intake/erase-told.ts';
import { eraseOrders } from '../orders/erase-orders.ts';
import { eraseConsents } from '../privacy/erase-consents.ts';
import { eraseDecisions } from '../routing/erase-decisions.ts';
import type { TransactionScope } from '../scope.ts';

/** What was removed of a person, and what their parcels were called. */
export interface Removed {
  readonly counts: RowCounts;
  readonly trackingNumbers: readonly string[];
}

/**
 * Removes a person from every domain, what refers to others before what it refers to. May be done again: what came in meanwhile is removed
 * then. Which column is whose, test/services/persons/every-column.ts says of each.
 */
export async function removePerson(tx: TransactionScope, person: LeavingPerson): Promise<Removed> {
  const keys = await eraseKeysOf(tx, person.memberIds);
  const consents = await eraseConsents(tx, person);
  const activity = await eraseActivity(tx, person);
  const { counts: orders, trackingNumbers } = await eraseOrders(tx, person);
  const decisions = await eraseDecisions(tx, person);
  const conversations = await eraseConversations(tx, person);
  const told = await eraseTold(tx, person, trackingNumbers);
  const customers = await eraseCustomers(tx, person);
  const all = {
    api_keys: keys,
    ...consents,
    ...activity,
    ...orders,
    ...decisions,
    ...conversations,
    ...told,
    ...customers,
  };
  return { counts: Object.fromEntries(Object.entries(all).filter(([, rows]) => rows > 0)), trackingNumbers };
}
