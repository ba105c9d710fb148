/**
 * Rights: the words in which every field of the graph, every service and every key speaks about access.
 * A key's scopes are rights; a role holds rights with a reach (src/services/access/role-rights.ts).
 */
export const RIGHTS = {
  'graph:read': 'The parts of the graph that belong to nobody: cursor, viewer, page information, refusals.',
  'customers:read': 'Profiles of customers, their identities and links.',
  'conversations:read': 'Conversations, legs, public messages, inboxes and endpoints.',
  'notes:read': 'Internal notes in conversations.',
  'orders:read': 'Orders with lines, shipments, tracking events and returns.',
  'payments:read': 'Prices, payments, refunds and addresses of orders.',
  'catalogue:read': 'Products, variants and locations.',
  'stock:read': 'Stock levels and availability.',
  'agents:read': 'Agents with skills, presence and load.',
  'routing:read': 'Routing decisions with candidates and reasons.',
  'context:read': 'Context packets; each section still asks its own right.',
  'partners:read': 'Partners.',
  'access:read': 'API keys without their secret.',
  'messages:receive': 'Record inbound messages.',
  'messages:send': 'Send messages in conversations.',
  'notes:write': 'Add internal notes.',
  'conversations:write': 'Resolve and reopen conversations.',
  'conversations:route': 'Route conversations to agents.',
  'orders:write': 'Record order facts.',
  'tracking:write': 'Record tracking events.',
  'stock:write': 'Set and adjust stock.',
  'catalogue:write': 'Record products and locations.',
  'presence:write': 'Set presence of agents.',
  'access:write': 'Create and revoke API keys, revoke viewers.',
} as const;
export type Right = keyof typeof RIGHTS;
export const ALL_RIGHTS = Object.keys(RIGHTS) as Right[];
