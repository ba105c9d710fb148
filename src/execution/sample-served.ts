import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';

import type { ServedStatus } from '../values/served.ts';
import type { Viewer } from '../values/viewer.ts';
import type { PreparedOperation } from './prepare.ts';
import { ordersIn, shownOrders, type ShownOrders } from './shown-orders.ts';

/** Told of each answer, as the text that goes out. */
export type OnServed = (operation: Pick<PreparedOperation, 'document' | 'operation' | 'viewer'>, data: string) => void;

/** Reading more than this back would be felt by who waits. */
const LONGEST_ANSWER = 200_000;
const MOST_ORDERS = 20;

/**
 * Takes a share of the answers that show the status of orders and says what they showed: of what goes out, whatever way it was made. Null:
 * nothing is sampled.
 */
export function sampleServed(
  schema: GraphQLSchema,
  percent: number,
  { now, note }: { now: () => Date; note: (served: readonly ServedStatus[]) => void },
): OnServed | null {
  if (percent === 0) return null;
  const known = new WeakMap<OperationDefinitionNode, { readonly shown: ShownOrders | null }>();
  return ({ document, operation, viewer }, data) => {
    let found = known.get(operation);
    if (!found) known.set(operation, (found = { shown: shownOrders(schema, document, operation) }));
    if (!found.shown || Math.random() * 100 >= percent || data.length > LONGEST_ANSWER) return;
    const servedAt = now();
    const where = { touchpoint: `${viewer.role}.${operation.operation}`, channel: channelOf(viewer), servedAt };
    const orders = [...ordersIn(found.shown, JSON.parse(data))].slice(0, MOST_ORDERS);
    if (orders.length > 0) note(orders.map((order) => ({ ...where, ...order })));
  };
}

/** A visitor reads in the chat, a customer with a login in self-service; everybody else from the graph, for whatever channel. */
function channelOf({ role, principal }: Viewer): string {
  if (role !== 'customer') return 'graph';
  return principal.startsWith('visitor:') ? 'live_chat' : 'self_service';
}
