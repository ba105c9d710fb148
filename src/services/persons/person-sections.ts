import type { Sql } from '../../database/open-database.ts';

type Fragment = ReturnType<Sql>;

/** Rows of one table that are of a person. */
export interface PersonSection {
  /** What it is called in an export. */
  readonly name: string;
  readonly title: string;
  readonly table: string;
  /** In whose order they are read: a key of the table. */
  readonly key: readonly string[];
  /** Which rows of the table (`t`) are theirs, by the ids of their customers. */
  readonly isTheirs: (sql: Sql, ids: string[]) => Fragment;
  /** Columns that say nothing of them: what the row needs to work. */
  readonly without?: readonly string[];
}

const byCustomer = (sql: Sql, ids: string[]): Fragment => sql`t.customer_id = any(${ids})`;
const ofMessages = (sql: Sql, ids: string[]): Fragment =>
  sql`t.message_id in (select m.id from messages m where m.customer_id = any(${ids}))`;
const ofConversations = (sql: Sql, ids: string[]): Fragment =>
  sql`t.conversation_id in (select c.id from conversations c where c.customer_id = any(${ids}))`;
const ofOrders = (sql: Sql, ids: string[]): Fragment =>
  sql`t.order_id in (select o.id from orders o where o.customer_id = any(${ids}))`;

/**
 * Everything of a person, table by table: what an access request answers. Left out is what is made of the rest (words of names for search,
 * steps of timelines). Of a conversation with others it has their own messages and those that were written to them.
 */
export const PERSON_SECTIONS: readonly PersonSection[] = [
  {
    name: 'profiles',
    title: 'Profile',
    table: 'customers',
    key: ['id'],
    isTheirs: (sql, ids) => sql`t.id = any(${ids})`,
  },
  {
    name: 'earlierProfiles',
    title: 'Earlier profiles',
    table: 'customer_versions',
    key: ['customer_id', 'valid_from'],
    isTheirs: byCustomer,
  },
  { name: 'identities', title: 'Identities', table: 'identities', key: ['id'], isTheirs: byCustomer },
  {
    name: 'formerIdentities',
    title: 'Identities that are somebody else’s by now',
    table: 'former_identities',
    key: ['id'],
    isTheirs: byCustomer,
  },
  {
    name: 'droppedIdentities',
    title: 'Identifiers that came with them and were not taken as theirs',
    table: 'dropped_identities',
    key: ['id'],
    isTheirs: byCustomer,
  },
  {
    name: 'links',
    title: 'Profiles that are one person',
    table: 'person_links',
    key: ['member_id'],
    isTheirs: (sql, ids) => sql`t.member_id = any(${ids})`,
  },
  {
    name: 'segments',
    title: 'Segments that they belong to',
    table: 'segment_members',
    key: ['customer_id', 'segment_id'],
    isTheirs: byCustomer,
  },
  {
    name: 'traits',
    title: 'What sources say',
    table: 'customer_traits',
    key: ['customer_id', 'key', 'valid_from'],
    isTheirs: byCustomer,
  },
  {
    name: 'merges',
    title: 'Merges',
    table: 'merges',
    key: ['id'],
    isTheirs: (sql, ids) => sql`t.person_id = any(${ids}) and t.merged_id = any(${ids})`,
  },
  {
    name: 'droppedIdentities',
    title: 'Identities that were not believed',
    table: 'dropped_identities',
    key: ['id'],
    isTheirs: byCustomer,
  },
  { name: 'consents', title: 'Consents', table: 'consents', key: ['id'], isTheirs: byCustomer },
  {
    name: 'outreaches',
    title: 'What was advertised to them',
    table: 'outreaches',
    key: ['message_id'],
    isTheirs: byCustomer,
  },
  { name: 'sessions', title: 'Visits of browsers', table: 'visitor_sessions', key: ['id'], isTheirs: byCustomer },
  { name: 'keys', title: 'API keys', table: 'api_keys', key: ['id'], isTheirs: byCustomer, without: ['hash'] },
  {
    name: 'sourceNames',
    title: 'What sources call them',
    table: 'source_objects',
    key: ['source', 'kind', 'external_id'],
    isTheirs: (sql, ids) => sql`t.kind = 'customer' and t.name = any(${ids})`,
  },
  { name: 'activities', title: 'Activity', table: 'activities', key: ['id'], isTheirs: byCustomer },
  { name: 'baskets', title: 'Basket', table: 'baskets', key: ['customer_id'], isTheirs: byCustomer },
  { name: 'addresses', title: 'Addresses on channels', table: 'endpoints', key: ['id'], isTheirs: byCustomer },
  { name: 'conversations', title: 'Conversations', table: 'conversations', key: ['id'], isTheirs: byCustomer },
  { name: 'legs', title: 'Channels of conversations', table: 'legs', key: ['id'], isTheirs: ofConversations },
  { name: 'messages', title: 'Messages and notes', table: 'messages', key: ['id'], isTheirs: byCustomer },
  { name: 'attachments', title: 'Files', table: 'attachments', key: ['id'], isTheirs: byCustomer },
  {
    name: 'deliveries',
    title: 'Deliveries of messages',
    table: 'deliveries',
    key: ['message_id'],
    isTheirs: ofMessages,
  },
  { name: 'handoffs', title: 'Handoffs', table: 'handoffs', key: ['id'], isTheirs: byCustomer },
  { name: 'controlOffers', title: 'Offers of control', table: 'control_offers', key: ['id'], isTheirs: byCustomer },
  {
    name: 'channelSwitches',
    title: 'Switches of channels',
    table: 'channel_switches',
    key: ['id'],
    isTheirs: ofConversations,
  },
  {
    name: 'reopenings',
    title: 'Reopened conversations',
    table: 'conversation_reopenings',
    key: ['conversation_id', 'reopened_at'],
    isTheirs: byCustomer,
  },
  {
    name: 'conversationOrders',
    title: 'Orders that conversations are about',
    table: 'conversation_orders',
    key: ['conversation_id', 'order_id'],
    isTheirs: ofConversations,
  },
  {
    name: 'routingDecisions',
    title: 'Who was chosen to answer, and why',
    table: 'routing_decisions',
    key: ['id'],
    isTheirs: byCustomer,
    without: ['candidates', 'others_by_reason'],
  },
  {
    name: 'routingTasks',
    title: 'When conversations waited for an agent',
    table: 'routing_tasks',
    key: ['id'],
    isTheirs: byCustomer,
    without: ['earlier_agent_ids', 'declines', 'changed_in'],
  },
  {
    name: 'routingReservations',
    title: 'Who was asked to take conversations',
    table: 'routing_reservations',
    key: ['id'],
    isTheirs: byCustomer,
  },
  {
    name: 'receptions',
    title: 'Whether a bot or a person came first',
    table: 'receptions',
    key: ['conversation_id', 'decided_at'],
    isTheirs: byCustomer,
  },
  {
    name: 'conversationSignals',
    title: 'What was concluded from conversations',
    table: 'conversation_signals',
    key: ['conversation_id', 'name', 'source', 'valid_from'],
    isTheirs: ofConversations,
  },
  { name: 'orders', title: 'Orders', table: 'orders', key: ['id'], isTheirs: byCustomer },
  { name: 'orderLines', title: 'Lines of orders', table: 'order_lines', key: ['id'], isTheirs: ofOrders },
  { name: 'orderFacts', title: 'What was told of orders', table: 'order_facts', key: ['id'], isTheirs: ofOrders },
  {
    name: 'orderVersions',
    title: 'Earlier states of orders',
    table: 'order_versions',
    key: ['order_id', 'valid_from'],
    isTheirs: ofOrders,
  },
  { name: 'payments', title: 'Payments and refunds', table: 'payments', key: ['id'], isTheirs: ofOrders },
  { name: 'fulfilmentOrders', title: 'Work on orders', table: 'fulfilment_orders', key: ['id'], isTheirs: ofOrders },
  { name: 'shipments', title: 'Parcels', table: 'shipments', key: ['id'], isTheirs: ofOrders },
  {
    name: 'trackingEvents',
    title: 'Scans of parcels',
    table: 'tracking_events',
    key: ['id'],
    isTheirs: (sql, ids) =>
      sql`t.shipment_id in (select s.id from shipments s join orders o on o.id = s.order_id where o.customer_id = any(${ids}))`,
  },
  { name: 'returns', title: 'Returns', table: 'returns', key: ['id'], isTheirs: ofOrders },
  {
    name: 'returnLines',
    title: 'Lines of returns',
    table: 'return_lines',
    key: ['id'],
    isTheirs: (sql, ids) =>
      sql`t.return_id in (select r.id from returns r join orders o on o.id = r.order_id where o.customer_id = any(${ids}))`,
  },
  {
    name: 'quarantinedFacts',
    title: 'What was told of orders and kept apart',
    table: 'quarantined_facts',
    key: ['id'],
    isTheirs: (sql, ids) => sql`t.order_number in (select o.number from orders o where o.customer_id = any(${ids}))`,
  },
  { name: 'promises', title: 'Promises', table: 'customer_promises', key: ['id'], isTheirs: byCustomer },
  { name: 'notices', title: 'Notices', table: 'notices', key: ['id'], isTheirs: byCustomer },
  { name: 'holds', title: 'Units held', table: 'holds', key: ['id'], isTheirs: byCustomer },
  {
    name: 'holdLines',
    title: 'Lines of units held',
    table: 'hold_lines',
    key: ['hold_id', 'variant_id'],
    isTheirs: (sql, ids) => sql`t.hold_id in (select h.id from holds h where h.customer_id = any(${ids}))`,
  },
];
