import { eraseKeysOf } from '../access/erase-keys.ts';
import { eraseActivities, eraseActivity } from '../activity/erase-activity.ts';
import { eraseConversations } from '../conversations/erase-conversations.ts';
import { eraseMessages } from '../conversations/erase-messages.ts';
import { eraseCustomers } from '../customers/erase-customers.ts';
import { MOST_AT_ONCE, sumOfCounts, type LeavingPerson, type RowCounts } from '../customers/leaving-person.ts';
import { eraseTold } from '../intake/erase-told.ts';
import { eraseOrders, eraseOrderSteps } from '../orders/erase-orders.ts';
import { eraseConsents } from '../privacy/erase-consents.ts';
import { eraseDecisions } from '../routing/erase-decisions.ts';
import { eraseSignals } from '../routing/signals/erase-signals.ts';
import type { TransactionScope } from '../scope.ts';
import { eraseMemberships } from '../segments/erase-memberships.ts';

/** What of a person another transaction has to remove: orders before this id, the newest first, and rows that nobody sees any more. */
export interface Rest {
  /** Null: all orders. Empty: none. */
  readonly ordersBefore: string | null;
}
const ALL: Rest = { ordersBefore: null };

/** What was removed of a person, and what their parcels were called. */
export interface Removed {
  readonly counts: RowCounts;
  readonly trackingNumbers: readonly string[];
  /** Null: nothing is left. */
  readonly rest: Rest | null;
}

/**
 * Removes a person from every domain, what refers to others before what it refers to. The person and whatever can be found by itself go at once;
 * of what only they led to (messages, activities, steps of timelines), and of orders, as much as one transaction may. May be done again: what
 * came in meanwhile is removed then. Which column is whose, test/services/persons/every-column.ts says of each.
 */
export async function removePerson(tx: TransactionScope, person: LeavingPerson, of: Rest = ALL): Promise<Removed> {
  const { memberIds } = person;
  const keys = await eraseKeysOf(tx, memberIds);
  const consents = await eraseConsents(tx, person);
  const activity = await eraseActivity(tx, person);
  const { counts: orders, trackingNumbers, ordersBefore } = await eraseOrders(tx, person, of.ordersBefore);
  const decisions = await eraseDecisions(tx, person);
  const signals = await eraseSignals(tx, person);
  const conversations = await eraseConversations(tx, person);
  const told = await eraseTold(tx, person, trackingNumbers);
  const memberships = await eraseMemberships(tx, person);
  const customers = await eraseCustomers(tx, person);
  const leaves = [
    await eraseActivities(tx, memberIds),
    await eraseOrderSteps(tx, memberIds),
    await eraseMessages(tx, memberIds),
  ];
  const isWhole = leaves.every((counts) => Object.values(counts).every((rows) => rows < MOST_AT_ONCE));
  const all = [
    { api_keys: keys },
    consents,
    activity,
    orders,
    decisions,
    signals,
    conversations,
    told,
    memberships,
    customers,
    ...leaves,
  ];
  return {
    counts: Object.fromEntries(Object.entries(all.reduce(sumOfCounts)).filter(([, rows]) => rows > 0)),
    trackingNumbers,
    rest: isWhole && ordersBefore === '' ? null : { ordersBefore },
  };
}
