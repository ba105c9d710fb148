import type { ContextState } from '../../values/context-packet.ts';
import { stream, topic } from '../events/fact.ts';

/** The streams and topics whose events make this state old: what a watcher of the packet must watch. */
export function keysOfContext(state: ContextState): string[] {
  const agents = state.conversations.flatMap(({ assignee }) => (assignee ? [stream.agent(assignee.id)] : []));
  const stock = state.stock.flatMap(({ variantId, locations }) =>
    locations.map(({ locationId }) => stream.stock(variantId, locationId)),
  );
  // A store that has none of it yet may be the nearest one that gets it.
  const shown = [...state.orders.flatMap(({ lines }) => lines), ...(state.basket?.lines ?? []), ...state.browsing];
  const places = shown.flatMap(({ variantId }) => (variantId ? [topic.variantPlaces(variantId)] : []));
  return [...new Set([...state.memberIds.map((id) => stream.customer(id)), ...agents, ...stock, ...places])];
}
