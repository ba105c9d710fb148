import type { ContextState } from '../../values/context-packet.ts';
import { stream, topic } from '../events/fact.ts';

/**
 * The streams and topics whose events make this state old: what a watcher of the packet must watch. Of a part of a state those of the
 * part; with stock goes what it is about.
 */
export function keysOfContext({
  memberIds,
  ...state
}: Pick<ContextState, 'memberIds'> & Partial<ContextState>): string[] {
  const { conversations = [], orders = [], browsing = [] } = state;
  const agents = conversations.flatMap(({ assignee }) => (assignee ? [stream.agent(assignee.id)] : []));
  const stock = (state.stock ?? []).flatMap(({ variantId, locations }) =>
    locations.map(({ locationId }) => stream.stock(variantId, locationId)),
  );
  // A store that has none of it yet may be the nearest one that gets it.
  const shown = [...orders.flatMap(({ lines }) => lines), ...(state.basket?.lines ?? []), ...browsing];
  const places = shown.flatMap(({ variantId }) => (variantId ? [topic.variantPlaces(variantId)] : []));
  return [...new Set([...memberIds.map((id) => stream.customer(id)), ...agents, ...stock, ...places])];
}
