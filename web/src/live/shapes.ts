import type { Payload } from '../connection/open-link.ts';

export interface Money {
  amountMinor: number;
  currency: string;
}

export interface Cause {
  type: string;
  occurredAt: string;
  recordedAt: string;
}

export interface Message {
  id: string;
  direction: string;
  authorKind: string;
  text: string;
  occurredAt: string;
}

export interface AgentName {
  id: string;
  name: string;
}

export interface PacketConversation {
  id: string;
  reference: string;
  status: string;
  channel: string;
  subject: string | null;
  topic: string | null;
  language: string | null;
  lastMessageAt: string;
  assignee: AgentName | null;
  messages: Message[];
}

export interface Shipment {
  id: string;
  carrier: string | null;
  trackingNumber: string | null;
  status: string;
  statusOccurredAt: string;
  lastPlace: string | null;
}

export interface PacketOrder {
  id: string;
  number: string;
  status: string;
  placedAt: string;
  total: Money;
  lines: { sku: string; title: string; quantity: number }[];
  shipments: Shipment[];
  returns: { id: string; status: string; reason: string | null }[];
}

export interface StockLine {
  sku: string;
  title: string;
  locations: { name: string; distanceKm: number | null; available: number }[];
}

export interface Routing {
  conversationId: string;
  reference: string;
  waiting: boolean;
  assignee: AgentName | null;
  explanation: string | null;
}

/** What the page asks of a packet; see `PACKETS` in documents.ts. */
export interface Packet {
  version: number;
  customerId: string;
  changed: string[];
  causes: Cause[];
  profile: {
    displayName: string | null;
    language: string | null;
    preferredChannel: string | null;
    market: string | null;
    customerSince: string;
  };
  identities: { kind: string; value: string; verified: boolean }[];
  conversations: PacketConversation[];
  orders: PacketOrder[];
  basket: { lines: BasketLine[] } | null;
  browsing: Look[];
  stock: StockLine[];
  routing: Routing[];
}

export interface BasketLine {
  sku: string;
  title: string | null;
  quantity: number;
}

/** A page, a search or a product that somebody looked at. */
export interface Look {
  id: string;
  kind: string;
  query: string | null;
  title: string | null;
  sku: string | null;
  occurredAt: string;
}

export interface PacketPayload extends Payload {
  /** Null: a checkpoint, nothing new. */
  packet: Packet | null;
}

export interface NewestMessage {
  text: string;
  authorKind: string;
}

/** A conversation as the list shows it. */
export interface Entry {
  id: string;
  reference: string;
  status: string;
  channel: string;
  subject: string | null;
  language: string | null;
  lastMessageAt: string;
  customer: { id: string; displayName: string | null };
  assignee: AgentName | null;
  newest: NewestMessage | null;
}

export interface ConversationEventPayload extends Payload {
  event: {
    type: string;
    recordedAt: string;
    left: boolean;
    conversation: Omit<Entry, 'newest'> | null;
    message: NewestMessage | null;
  } | null;
}
