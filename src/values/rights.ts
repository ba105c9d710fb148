/**
 * Rights: the words in which every field of the graph, every service and every key speaks about access.
 * A key's scopes are rights; a role holds rights with a reach (src/services/access/role-rights.ts).
 */
export const RIGHTS = {
  'graph:read': 'The parts of the graph that belong to nobody: cursor, viewer, page information, refusals.',
  'customers:read': 'Profiles of customers, their identities and links.',
  'conversations:read': 'Conversations, legs, public messages, inboxes and endpoints.',
  'notes:read': 'Internal notes in conversations.',
  'triage:read': 'How conversations are sorted inside: topic, kind of issue, priority, tags. Not for customers.',
  'orders:prove':
    'Look at how one order stands whose number and postcode, e-mail or phone are known: for bots that anybody talks to.',
  'orders:read': 'Orders with lines, shipments, tracking events and returns.',
  'payments:read': 'Prices, payments, refunds and addresses of orders.',
  'catalogue:read': 'Products, variants and locations.',
  'stock:read': 'Stock levels and availability.',
  'ledger:read': 'Quantities of stock by name, and each change with its reason and source. Not for customers.',
  'agents:read': 'Agents with skills, presence and load.',
  'routing:read': 'Routing decisions with candidates and reasons.',
  'context:read': 'Context packets; each section still asks its own right.',
  'partners:read': 'Partners.',
  'access:read': 'API keys without their secret.',
  'activity:read': 'Activity of customers: visits, searches, baskets, store visits, reviews.',
  'figures:read': 'Live figures of channels.',
  'messages:receive': 'Record inbound messages.',
  'chat:write': 'Write in a live chat as the customer that the key or token speaks for.',
  'messages:send': 'Send messages in conversations.',
  'deliveries:write': 'Report what became of sent messages.',
  'notes:write': 'Add internal notes.',
  'conversations:write': 'Change, resolve, snooze, reopen, merge and split conversations, link orders.',
  'conversations:route': 'Route, assign and hand off conversations.',
  'customers:write': 'Record customers, their identities, preferences and traits.',
  'activity:write': 'Record activity of customers.',
  'sessions:write':
    'Start sessions of visitors: anonymous ones with a key that a page may show, known ones besides `customers:write`.',
  'orders:write': 'Record order facts.',
  'orders:change': 'Cancel and change orders for customers, start returns and exchanges.',
  'pickups:write': 'Hold units for customers with a time to pick them up, confirm and release them.',
  'quarantine:read': 'Facts that are kept apart because they cannot be true.',
  'quarantine:write': 'Let in or put away facts that are kept apart.',
  'tracking:write': 'Record tracking events.',
  'stock:write': 'Set and adjust stock.',
  'catalogue:write': 'Record products and locations.',
  'presence:write': 'Set presence of agents.',
  'agents:write': 'Record agents and teams.',
  'partners:write': 'Record partners.',
  'inboxes:write': 'Create and change inboxes and their credentials.',
  'connectors:write': 'Read, create and change connectors and their secrets.',
  'webhooks:write': 'Register webhook endpoints, see what was delivered to them, deliver again.',
  'access:write': 'Create and revoke API keys, revoke viewers.',
} as const;
export type Right = keyof typeof RIGHTS;
export const ALL_RIGHTS = Object.keys(RIGHTS) as Right[];
