import type { ConsentState, OptInLevel, Purpose } from './consents.ts';
import type { FulfilmentStatus, OrderReturnStatus } from './order-axes.ts';
import type { ClockKind, ClockState } from './service-clocks.ts';
import type { TraitKind } from './traits.ts';
import type {
  ActivityId,
  AgentId,
  ConversationId,
  CustomerId,
  HandoffId,
  MessageId,
  OrderId,
  VariantId,
  LocationId,
  ShipmentId,
  ReturnId,
  SegmentId,
  ParticipantId,
} from './ids.ts';
import type {
  ActivityKind,
  AuthorKind,
  Channel,
  ConversationStatus,
  DeliveryState,
  Direction,
  IdentityKind,
  IssueType,
  OrderStatus,
  ParticipantMode,
  ParticipantState,
  PartyKind,
  Outcome,
  PaymentStatus,
  Presence,
  Priority,
  ReturnStatus,
  SensitiveKind,
  ShipmentStatus,
  SwitchReason,
} from './vocabulary.ts';

/** Sections of a packet, in the order in which readers see them. */
export const CONTEXT_SECTIONS = [
  'profile',
  'identities',
  'consents',
  'conversations',
  'orders',
  'basket',
  'browsing',
  'reviews',
  'stock',
  'routing',
  'service',
] as const;
export type ContextSection = (typeof CONTEXT_SECTIONS)[number];

/** A moment as the assembling statement writes it. */
export type MomentText = string;

/** Everything about one person now: what a context packet is made of. Plain values, assembled by one statement. */
export interface ContextState {
  customerId: CustomerId;
  /** Customer ids that are this person now, the person's own first. */
  memberIds: CustomerId[];
  version: number;
  asOf: Record<ContextSection, MomentText | null>;
  profile: {
    displayName: string | null;
    givenName: string | null;
    familyName: string | null;
    language: string | null;
    market: string | null;
    timeZone: string | null;
    preferredChannel: Channel | null;
    customerSince: MomentText;
    doNotContact: boolean;
    quietHours: { timeZone: string; from: string; to: string } | null;
    traits: ContextTraitState[];
    segments: { id: SegmentId; name: string; enteredAt: MomentText }[];
  };
  identities: { kind: IdentityKind; value: string; verified: boolean; lastSeenAt: MomentText }[];
  consents: ContextConsentState[];
  /** Purposes that the person would have to agree to first, where they live, and did not. */
  notAgreedTo: Purpose[];
  conversations: ContextConversationState[];
  orders: ContextOrderState[];
  /** Null: none is known. */
  basket: ContextBasketState | null;
  browsing: ContextBrowsingState[];
  reviews: ContextOpinionState[];
  stock: ContextStockState[];
  routing: ContextRoutingState[];
  service: ContextServiceState[];
}

/** Of what several members say of one thing, the strictest. */
export interface ContextConsentState {
  purpose: Purpose;
  channel: Channel | null;
  jurisdiction: string | null;
  state: ConsentState;
  optInLevel: OptInLevel;
  source: string;
  validFrom: MomentText;
}

export interface ContextTraitState {
  key: string;
  kind: TraitKind;
  text: string | null;
  number: number | null;
  boolean: boolean | null;
  moment: MomentText | null;
  source: string;
  validFrom: MomentText;
  recordedAt: MomentText;
}

export interface ContextConversationState {
  id: ConversationId;
  reference: string;
  subject: string | null;
  topic: string | null;
  language: string | null;
  status: ConversationStatus;
  channel: Channel;
  openedAt: MomentText;
  lastMessageAt: MomentText;
  resolvedAt: MomentText | null;
  assignee: { id: AgentId; name: string; presence: Presence } | null;
  issueType: IssueType | null;
  priority: Priority;
  tags: string[];
  outcome: Outcome | null;
  snoozedUntil: MomentText | null;
  linkedOrderIds: OrderId[];
  version: number;
  switchAdvice: { reason: SwitchReason; sensitive: SensitiveKind[] } | null;
  control: { kind: PartyKind; id: string; since: MomentText } | null;
  handoff: {
    id: HandoffId;
    fromKind: PartyKind | null;
    toKind: PartyKind;
    summary: string;
    handedAt: MomentText;
  } | null;
  messages: ContextMessageState[];
  notes: ContextMessageState[];
}

export interface ContextMessageState {
  id: MessageId;
  direction: Direction;
  authorKind: AuthorKind;
  channel: Channel | null;
  text: string;
  occurredAt: MomentText;
  deliveryState: DeliveryState | null;
  attachmentTypes: string[];
}

export interface ContextOrderState {
  id: OrderId;
  number: string;
  status: OrderStatus;
  statusOccurredAt: MomentText;
  fulfilmentStatus: FulfilmentStatus;
  paymentStatus: PaymentStatus;
  returnStatus: OrderReturnStatus;
  placedAt: MomentText;
  total: { amountMinor: number; currency: string };
  lines: { sku: string; title: string; quantity: number; variantId: VariantId | null }[];
  shipments: {
    id: ShipmentId;
    carrier: string | null;
    trackingNumber: string | null;
    status: ShipmentStatus;
    statusOccurredAt: MomentText;
    estimatedDeliveryAt: MomentText | null;
    lastPlace: string | null;
  }[];
  returns: {
    id: ReturnId;
    status: ReturnStatus;
    reason: string | null;
    requestedAt: MomentText;
    statusOccurredAt: MomentText;
  }[];
}

export interface ContextBasketState {
  changedAt: MomentText;
  source: string;
  lines: {
    sku: string;
    quantity: number;
    title: string | null;
    variantId: VariantId | null;
    unitPrice: { amountMinor: number; currency: string } | null;
  }[];
}

/** A visit, a search or a product view; what does not belong to the kind is null. */
export interface ContextBrowsingState {
  id: ActivityId;
  kind: ActivityKind;
  channel: Channel | null;
  occurredAt: MomentText;
  url: string | null;
  title: string | null;
  query: string | null;
  hitCount: number | null;
  sku: string | null;
  variantId: VariantId | null;
}

/** A review or a survey answer; what does not belong to the kind is null. */
export interface ContextOpinionState {
  id: ActivityId;
  kind: ActivityKind;
  occurredAt: MomentText;
  sku: string | null;
  rating: number | null;
  title: string | null;
  text: string | null;
  isPublic: boolean | null;
  survey: string | null;
  question: string | null;
  score: number | null;
  answer: string | null;
  conversationId: ConversationId | null;
}

export interface ContextStockState {
  variantId: VariantId;
  sku: string;
  title: string;
  locations: { locationId: LocationId; name: string; available: number; asOf: MomentText; distanceKm: number | null }[];
}

export interface ContextRoutingState {
  conversationId: ConversationId;
  reference: string;
  waiting: boolean;
  assignee: { id: AgentId; name: string; presence: Presence } | null;
  decidedAt: MomentText | null;
  explanation: string | null;
  queuePosition: number | null;
  estimatedWaitSeconds: number | null;
}

/** How an open conversation is being served. */
export interface ContextServiceState {
  conversationId: ConversationId;
  reference: string;
  waitingSince: MomentText | null;
  control: ContextConversationState['control'];
  signals: ContextSignalState[];
  clocks: ContextClockState[];
  participants: ContextParticipantState[];
}

/** Of the four values one is not null. */
export interface ContextSignalState {
  name: string;
  text: string | null;
  number: number | null;
  boolean: boolean | null;
  words: string[] | null;
  source: string;
  at: MomentText | null;
}

export interface ContextClockState {
  kind: ClockKind;
  state: ClockState;
  level: string;
  targetSeconds: number;
  startedAt: MomentText;
  dueAt: MomentText | null;
  remainingSeconds: number | null;
  warnedAt: MomentText | null;
  breachedAt: MomentText | null;
  endedAt: MomentText | null;
}

export interface ContextParticipantState {
  id: ParticipantId;
  mode: ParticipantMode;
  state: ParticipantState;
  agent: { id: AgentId; name: string; presence: Presence } | null;
  askedAt: MomentText;
  joinedAt: MomentText | null;
}
