import type { EventType } from '../../values/event-types.ts';
import type {
  AgentId,
  ApiKeyId,
  ConnectorId,
  ConversationId,
  CustomerId,
  InboxId,
  LocationId,
  OrderId,
  PartnerId,
  ProductId,
  QuarantinedFactId,
  SegmentId,
  TeamId,
  VariantId,
  WebhookEndpointId,
} from '../../values/ids.ts';
import type { SourceKind } from '../../values/sources.ts';
import type { Channel } from '../../values/vocabulary.ts';

/** Streams are versioned and locked: within one, versions are contiguous and commit order is version order. */
export const stream = {
  customer: (id: CustomerId | string) => `customer:${id}`,
  conversation: (id: ConversationId | string) => `conversation:${id}`,
  order: (id: OrderId | string) => `order:${id}`,
  stock: (variantId: VariantId | string, locationId: LocationId | string) => `stock:${variantId}@${locationId}`,
  agent: (id: AgentId | string) => `agent:${id}`,
  product: (id: ProductId | string) => `product:${id}`,
  location: (id: LocationId | string) => `location:${id}`,
  /** Not `inbox:`, which is the topic of the conversations in it. */
  inboxRecord: (id: InboxId | string) => `inbox-record:${id}`,
  connector: (id: ConnectorId | string) => `connector:${id}`,
  viewer: (principal: string) => `viewer:${principal}`,
  team: (id: TeamId | string) => `team:${id}`,
  /** A fact that is kept apart and belongs to no order. */
  quarantine: (id: QuarantinedFactId | string) => `quarantine:${id}`,
  /** A system that tells facts. */
  source: (kind: SourceKind, name: string) => `source:${kind}:${name}`,
  webhook: (id: WebhookEndpointId | string) => `webhook:${id}`,
  segment: (id: SegmentId | string) => `segment:${id}`,
  /** Of all webhook endpoints: its version says whether a process knows them as they are. */
  webhooks: 'webhooks',
  /** Of all routing policies: which holds, for whom, from when. */
  routingPolicies: 'routing-policies',
  /** Of the rules by which data is shown of who said nothing yet: whoever shows somebody watches this. */
  consentRules: 'consent-rules',
  /** Who looks at a conversation and types in it: apart from the conversation, whose versions tell that it changed. */
  presence: (id: ConversationId | string) => `presence:${id}`,
  /** Where a conversation stands that waits for an agent: apart from it for the same reason. */
  queue: (id: ConversationId | string) => `queue:${id}`,
} as const;

/** Topics are unlocked tags to filter by. */
export const topic = {
  inbox: (id: InboxId | string) => `inbox:${id}`,
  channel: (channel: Channel) => `channel:${channel}`,
  assignee: (id: AgentId | string) => `assignee:${id}`,
  partner: (id: PartnerId | string) => `partner:${id}`,
  location: (id: LocationId | string) => `location:${id}`,
  /** Conversations that a team holds. */
  heldBy: (id: TeamId | string) => `held-by:${id}`,
  /** Presence in conversations of this agent; not `assignee`, which renews packets. */
  presenceForAssignee: (id: AgentId | string) => `presence-for:${id}`,
  presenceInInbox: (id: InboxId | string) => `presence-in:${id}`,
  presenceOnChannel: (channel: Channel) => `presence-on:${channel}`,
  variant: (id: VariantId | string) => `variant:${id}`,
  /** Of the first level of a variant at a location: who lists where it is watches this. */
  variantPlaces: (id: VariantId | string) => `variant-places:${id}`,
  /** Of what a variant is called, and that there is one: who shows an article by its SKU watches this. */
  sku: (sku: string) => `sku:${sku}`,
  conversations: 'conversations',
  /** Of a message that waits for our courier. */
  deliveries: 'deliveries',
  presences: 'presences',
  orders: 'orders',
  catalogue: 'catalogue',
  stock: 'stock',
  /** Of a location that is another kind or somewhere else now: what is the nearest store may be another one. */
  moves: 'moves',
  routing: 'routing',
  /** Of a source that fell silent, or is heard again. */
  sources: 'sources',
  /** Of who enters and leaves it; not its stream, whose versions tell that it changed. */
  segment: (id: SegmentId | string) => `segment-members:${id}`,
  /** Of deliveries to a webhook endpoint that were asked for by hand. */
  webhookDeliveries: 'webhook-deliveries',
  /** Of webhook endpoints that have the rights of a partner's keys, or of a key that speaks for no partner. */
  webhooksOf: (id: PartnerId | ApiKeyId | string) => `webhooks-of:${id}`,
} as const;

/** A value that may stand in the journal: ids, words and numbers, nothing personal. */
export type FactValue = string | number | boolean | null | readonly FactValue[] | { readonly [key: string]: FactValue };

/** A fact that a service names while it changes things. `atomically` appends it as the transaction's last statement. */
export interface Fact {
  type: EventType;
  /** At least one; in the order that means something to the type (the customer first). */
  streams: readonly string[];
  topics?: readonly string[];
  /** The source's clock. Default: the scope's now. */
  occurredAt?: Date;
  /** When it reached us. Default: the scope's now. */
  receivedAt?: Date;
  details?: { readonly [key: string]: FactValue };
}
