import { randomFillSync } from 'node:crypto';

/** Prefix of each kind of id. An id is one string everywhere: database, graph, logs. */
export const ID_PREFIXES = {
  customer: 'cus',
  identity: 'idn',
  inbox: 'inb',
  endpoint: 'end',
  conversation: 'cnv',
  leg: 'leg',
  message: 'msg',
  agent: 'agt',
  routingDecision: 'rtd',
  product: 'prd',
  variant: 'var',
  location: 'loc',
  order: 'ord',
  orderLine: 'oln',
  orderFact: 'ofa',
  payment: 'pay',
  shipment: 'shp',
  trackingEvent: 'trk',
  return: 'ret',
  returnLine: 'rln',
  partner: 'ptn',
  apiKey: 'key',
  activity: 'act',
  attachment: 'att',
  team: 'tea',
  visitorSession: 'vis',
  handoff: 'hnd',
  channelSwitch: 'swi',
  connector: 'con',
  fulfilmentOrder: 'ful',
  quarantinedFact: 'qfa',
  promise: 'prm',
  hold: 'hld',
  pickupSlot: 'slt',
  notice: 'ntc',
  webhookEndpoint: 'whe',
  webhookDelivery: 'whd',
  webhookAttempt: 'wha',
  consent: 'cns',
  erasure: 'ers',
  merge: 'mrg',
  mergeProposal: 'mpr',
  droppedIdentity: 'did',
  retentionRule: 'rtr',
  legalHold: 'lgh',
  accessChange: 'acc',
  skill: 'skl',
  segment: 'seg',
  routingPolicy: 'rtp',
  controlOffer: 'cof',
  routingTask: 'rtt',
  routingReservation: 'rtv',
  routingRehearsal: 'rhs',
  participant: 'prt',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;
export type Id<K extends IdKind> = `${(typeof ID_PREFIXES)[K]}_${string}`;

export type CustomerId = Id<'customer'>;
export type IdentityId = Id<'identity'>;
export type InboxId = Id<'inbox'>;
export type EndpointId = Id<'endpoint'>;
export type ConversationId = Id<'conversation'>;
export type LegId = Id<'leg'>;
export type MessageId = Id<'message'>;
export type AgentId = Id<'agent'>;
export type RoutingDecisionId = Id<'routingDecision'>;
export type RoutingRehearsalId = Id<'routingRehearsal'>;
export type RoutingPolicyId = Id<'routingPolicy'>;
export type ProductId = Id<'product'>;
export type VariantId = Id<'variant'>;
export type LocationId = Id<'location'>;
export type OrderId = Id<'order'>;
export type OrderLineId = Id<'orderLine'>;
export type PaymentId = Id<'payment'>;
export type ShipmentId = Id<'shipment'>;
export type TrackingEventId = Id<'trackingEvent'>;
export type ReturnId = Id<'return'>;
export type PartnerId = Id<'partner'>;
export type ApiKeyId = Id<'apiKey'>;
export type ActivityId = Id<'activity'>;
export type AttachmentId = Id<'attachment'>;
export type TeamId = Id<'team'>;
export type VisitorSessionId = Id<'visitorSession'>;
export type HandoffId = Id<'handoff'>;
export type ConnectorId = Id<'connector'>;
export type FulfilmentOrderId = Id<'fulfilmentOrder'>;
export type QuarantinedFactId = Id<'quarantinedFact'>;
export type PromiseId = Id<'promise'>;
export type HoldId = Id<'hold'>;
export type PickupSlotId = Id<'pickupSlot'>;
export type NoticeId = Id<'notice'>;
export type WebhookEndpointId = Id<'webhookEndpoint'>;
export type SegmentId = Id<'segment'>;
export type DroppedIdentityId = Id<'droppedIdentity'>;
export type WebhookDeliveryId = Id<'webhookDelivery'>;
export type ConsentId = Id<'consent'>;
export type ErasureId = Id<'erasure'>;
export type MergeId = Id<'merge'>;
export type MergeProposalId = Id<'mergeProposal'>;
export type RetentionRuleId = Id<'retentionRule'>;
export type LegalHoldId = Id<'legalHold'>;
export type SkillId = Id<'skill'>;
export type ControlOfferId = Id<'controlOffer'>;
export type ParticipantId = Id<'participant'>;
export type RoutingTaskId = Id<'routingTask'>;
export type RoutingReservationId = Id<'routingReservation'>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const KIND_OF_PREFIX = new Map<string, IdKind>(
  Object.entries(ID_PREFIXES).map(([kind, prefix]) => [prefix, kind as IdKind]),
);
const SHAPE = /^([a-z]{3})_[0-9a-hjkmnp-tv-z]{26}$/;

// One pool of random bytes for many ids: a system call per id costs more than the id.
const pool = Buffer.alloc(16 * 256);
let used = pool.length;

function randomBase32(length: number): string {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let text = '';
  for (let i = 0; i < length; i += 1) text += ALPHABET[pool[used + i]! & 31]!;
  used += length;
  return text;
}

function timeBase32(at: number): string {
  let text = '';
  for (let rest = at, i = 0; i < 10; i += 1) {
    text = ALPHABET[rest % 32]! + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/**
 * A new id: prefix, 10 characters of the millisecond, 16 random characters (80 bits).
 * Ids of one kind sort by time of making, so that index pages fill from one side.
 */
export function newId<K extends IdKind>(kind: K, at: number = Date.now()): Id<K> {
  return `${ID_PREFIXES[kind]}_${timeBase32(at)}${randomBase32(16)}` as Id<K>;
}

/** The kind of a well-formed id, or null when the text is no id of ours. */
export function kindOfId(text: string): IdKind | null {
  const match = SHAPE.exec(text);
  return match ? (KIND_OF_PREFIX.get(match[1]!) ?? null) : null;
}

/** True when the text is a well-formed id of this kind. Says nothing about existence. */
export function isId<K extends IdKind>(kind: K, text: string): text is Id<K> {
  return kindOfId(text) === kind;
}
