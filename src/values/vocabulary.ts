/** Closed lists that the database, the graph and the code share. Add at the end; never reuse a word. */

export const CHANNELS = [
  'email',
  'live_chat',
  'voice',
  'sms',
  'whatsapp',
  'messenger',
  'instagram',
  'facebook',
  'x',
  'web_form',
  'store',
  'review',
  'self_service',
  'site_search',
  'app',
] as const;
export type Channel = (typeof CHANNELS)[number];

export const IDENTITY_KINDS = ['email', 'phone', 'loyalty_id', 'visitor_id', 'social_handle', 'external_id'] as const;
export type IdentityKind = (typeof IDENTITY_KINDS)[number];

export const ROLES = ['agent', 'supervisor', 'bot', 'partner', 'customer', 'integration', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const CONVERSATION_STATUSES = ['open', 'resolved'] as const;
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

export const PAYMENT_STATUSES = ['unpaid', 'paid', 'partially_refunded', 'refunded'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

export const PAYMENT_KINDS = ['payment', 'refund'] as const;
export type PaymentKind = (typeof PAYMENT_KINDS)[number];

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

export const LOCATION_KINDS = ['store', 'warehouse', 'pickup_point'] as const;
export type LocationKind = (typeof LOCATION_KINDS)[number];

export const PARTNER_KINDS = ['carrier', 'marketplace', 'store_chain'] as const;
export type PartnerKind = (typeof PARTNER_KINDS)[number];
