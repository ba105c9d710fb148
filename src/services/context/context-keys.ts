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
  const participants = (state.service ?? []).flatMap((one) => one.participants);
  const agents = [...conversations.map(({ assignee }) => assignee), ...participants.map(({ agent }) => agent)].flatMap(
    (agent) => (agent ? [stream.agent(agent.id)] : []),
  );
  const stock = (state.stock ?? []).flatMap(({ variantId, sku, locations }) => [
    topic.sku(sku),
    ...locations.flatMap(({ locationId }) => [stream.stock(variantId, locationId), stream.location(locationId)]),
  ]);
  const lines = orders.flatMap((order) => order.lines);
  const articles = [...(state.basket?.lines ?? []), ...browsing];
  // Lines have titles of their own: of them it matters that there is a variant.
  const named = [...articles, ...lines.filter(({ variantId }) => variantId === null)].flatMap(({ sku }) => sku ?? []);
  // A store that has none of it yet may be the nearest one that gets it, and one that moves may be the nearest one then.
  const places = [...lines, ...articles].flatMap(({ variantId }) =>
    variantId ? [topic.variantPlaces(variantId)] : [],
  );
  return [
    ...new Set([
      ...memberIds.map((id) => stream.customer(id)),
      stream.consentRules,
      ...agents,
      ...stock,
      ...named.map(topic.sku),
      ...places,
      ...(places.length > 0 ? [topic.moves] : []),
    ]),
  ];
}
