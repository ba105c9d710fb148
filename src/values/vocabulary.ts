/** Closed lists that the database, the graph and the code share. Add at the end; never reuse a word. */

/** Name of a channel: `email`, `live_chat`, … The one list that is open: each file in src/channels adds its own. */
export type Channel = string;

export const IDENTITY_KINDS = ['email', 'phone', 'loyalty_id', 'visitor_id', 'social_handle', 'external_id'] as const;
export type IdentityKind = (typeof IDENTITY_KINDS)[number];

export const ROLES = ['agent', 'supervisor', 'bot', 'partner', 'customer', 'integration', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const CONVERSATION_STATUSES = ['open', 'resolved', 'snoozed'] as const;
export type ConversationStatus = (typeof CONVERSATION_STATUSES)[number];

export const DIRECTIONS = ['inbound', 'outbound'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const AUTHOR_KINDS = ['customer', 'agent', 'bot', 'system'] as const;
export type AuthorKind = (typeof AUTHOR_KINDS)[number];

export const VISIBILITIES = ['public', 'internal'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

export const PRESENCES = ['online', 'away', 'transfers_only', 'offline'] as const;
export type Presence = (typeof PRESENCES)[number];

/** What a reader sees of an order. Derived from facts, never set. */
export const ORDER_STATUSES = [
  'pending',
  'processed',
  'in_transit',
  'ready_for_pickup',
  'delivered',
  'return_started',
  'returned',
  'cancelled',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** What a service agent changes of an order. */
export const ORDER_CHANGE_KINDS = ['cancel', 'address', 'payment', 'items', 'return', 'exchange'] as const;
export type OrderChangeKind = (typeof ORDER_CHANGE_KINDS)[number];

export const PAYMENT_STATUSES = [
  'unpaid',
  'paid',
  'partially_refunded',
  'refunded',
  'partially_paid',
  'refund_pending',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

export const PAYMENT_KINDS = ['payment', 'refund'] as const;
export type PaymentKind = (typeof PAYMENT_KINDS)[number];

/** Whether money has moved. */
export const PAYMENT_STATES = ['done', 'pending', 'kept'] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

export const SHIPMENT_STATUSES = [
  'label_created',
  'in_transit',
  'out_for_delivery',
  'attempt_failed',
  'ready_for_pickup',
  'delivered',
  'exception',
  'returning',
  'cancelled',
] as const;
export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];

export const RETURN_STATUSES = [
  'requested',
  'approved',
  'declined',
  'label_sent',
  'in_transit',
  'received',
  'inspected',
  'refunded',
  'exchanged',
  'closed',
  'cancelled',
] as const;
export type ReturnStatus = (typeof RETURN_STATUSES)[number];

/** What the customer gets for what comes back. */
export const RETURN_OUTCOMES = ['refund', 'exchange'] as const;
export type ReturnOutcome = (typeof RETURN_OUTCOMES)[number];

export const FULFILMENT_ORDER_STATUSES = ['open', 'on_hold', 'in_progress', 'fulfilled', 'cancelled'] as const;
export type FulfilmentOrderStatus = (typeof FULFILMENT_ORDER_STATUSES)[number];

/** How goods leave the place where they are. */
export const FULFILMENT_METHODS = ['ship', 'pickup', 'local_delivery'] as const;
export type FulfilmentMethod = (typeof FULFILMENT_METHODS)[number];

export const LOCATION_KINDS = ['store', 'warehouse', 'pickup_point'] as const;
export type LocationKind = (typeof LOCATION_KINDS)[number];

export const PARTNER_KINDS = ['carrier', 'marketplace', 'store_chain'] as const;
export type PartnerKind = (typeof PARTNER_KINDS)[number];

/** How a connector speaks. */
export const CONNECTOR_DIALECTS = ['facts', 'shopify', 'easypost'] as const;
export type ConnectorDialectName = (typeof CONNECTOR_DIALECTS)[number];
/** Those that can be asked: see `poll` of src/connectors/connector-dialect.ts. */
export const POLLED_DIALECTS: readonly ConnectorDialectName[] = ['easypost'];

/** The four classes of channels, as the field names them. */
export const CHANNEL_CLASSES = ['direct', 'social', 'messaging', 'self_service'] as const;
export type ChannelClass = (typeof CHANNEL_CLASSES)[number];

export const ISSUE_TYPES = ['question', 'problem', 'complaint', 'request', 'feedback'] as const;
export type IssueType = (typeof ISSUE_TYPES)[number];

export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** How a conversation ended for the customer. */
export const OUTCOMES = ['solved', 'partly_solved', 'not_solved', 'no_answer', 'duplicate', 'spam'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why a resolved or snoozed conversation opened again. */
export const REOPEN_REASONS = ['due', 'message', 'act'] as const;
export type ReopenReason = (typeof REOPEN_REASONS)[number];

/** Why a conversation goes on over another channel; `fallback` is our own: the channel before it failed. */
export const SWITCH_REASONS = ['harder', 'privacy', 'convenience', 'escalation', 'fallback'] as const;
export type SwitchReason = (typeof SWITCH_REASONS)[number];

/** What a customer should not have to write where everybody reads it. */
export const SENSITIVE_KINDS = ['email', 'phone', 'card_number', 'bank_account', 'order_number'] as const;
export type SensitiveKind = (typeof SENSITIVE_KINDS)[number];

/** Who may hold control of a conversation, or take it over. */
export const PARTY_KINDS = ['agent', 'bot', 'team', 'store', 'skill'] as const;
export type PartyKind = (typeof PARTY_KINDS)[number];

/** How somebody takes part in a conversation beside the party in control. */
export const PARTICIPANT_MODES = ['consulted', 'listening', 'coaching', 'speaking'] as const;
export type ParticipantMode = (typeof PARTICIPANT_MODES)[number];

/** Those that somebody who leads can choose. */
export const JOIN_MODES = ['listening', 'coaching', 'speaking'] as const;
export type JoinMode = (typeof JOIN_MODES)[number];

/** How taking part stands. */
export const PARTICIPANT_STATES = ['asked', 'joined', 'declined', 'expired', 'left'] as const;
export type ParticipantState = (typeof PARTICIPANT_STATES)[number];

/** How an offer of control stands. */
export const CONTROL_OFFER_STATES = ['open', 'accepted', 'declined', 'expired', 'withdrawn'] as const;
export type ControlOfferState = (typeof CONTROL_OFFER_STATES)[number];

/** What somebody does at a conversation at the moment. */
export const INVOLVEMENT_STATES = ['viewing', 'typing', 'left'] as const;
export type InvolvementState = (typeof INVOLVEMENT_STATES)[number];

/** Whether the bytes of an attachment are here, and what a scanner said of them. */
export const ATTACHMENT_STATES = [
  'fetching',
  'pending',
  'clean',
  'unchecked',
  'infected',
  'refused',
  'failed',
] as const;
export type AttachmentState = (typeof ATTACHMENT_STATES)[number];

/** What became of a message that we sent. It moves forward only, by the ranks of services/conversations/delivery.ts. */
export const DELIVERY_STATES = ['queued', 'sent', 'delivered', 'read', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Why a channel did not carry a message. What a name server, a firewall or a closed port said is one word: callers learn nothing of our network. */
export const CHANNEL_FAILURES = [
  'address_rejected',
  'channel_down',
  'not_configured',
  'too_long',
  'rate_limited',
  'rejected',
  'timed_out',
] as const;

/** Why a message did not go out. `withdrawn`: we took it back ourselves. */
export const DELIVERY_FAILURES = [...CHANNEL_FAILURES, 'withdrawn'] as const;
export type DeliveryFailure = (typeof DELIVERY_FAILURES)[number];

export const ACTIVITY_KINDS = [
  'visit',
  'search',
  'product_view',
  'basket_change',
  'store_visit',
  'till_purchase',
  'review',
  'survey_answer',
] as const;
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

/** Where the work on a conversation stands: it waits, is offered to an agent, has one, is being wrapped up, or is over. */
export const TASK_STATES = ['pending', 'reserved', 'assigned', 'wrapping', 'completed', 'canceled'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** How conversations of an inbox come to agents. */
export const INBOX_ROUTINGS = ['on_request', 'automatic', 'by_policy'] as const;
export type InboxRouting = (typeof INBOX_ROUTINGS)[number];

/** Who answers a customer first whom nobody serves. */
export const RECEIVERS = ['bot', 'person'] as const;
export type Receiver = (typeof RECEIVERS)[number];

/** What became of giving a task to an agent. */
export const RESERVATION_STATES = ['pending', 'accepted', 'rejected', 'timed_out', 'canceled'] as const;
export type ReservationState = (typeof RESERVATION_STATES)[number];
