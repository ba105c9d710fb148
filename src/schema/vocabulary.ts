import type {
  AuthorKind,
  Channel,
  ConversationStatus,
  Direction,
  IdentityKind,
  LocationKind,
  OrderStatus,
  PartnerKind,
  PaymentKind,
  PaymentStatus,
  Presence,
  ReturnStatus,
  Role,
  ShipmentStatus,
} from '../values/vocabulary.ts';
import { EVENT_TYPES, type EventType } from '../values/event-types.ts';
import { enumOf } from './enum-of.ts';

/** The closed lists of src/values/vocabulary.ts as GraphQL enums: one each, used by every domain. */

export const ChannelEnum = enumOf<Channel>('Channel', 'A medium on which a customer and the shop meet.', {
  email: 'Electronic mail.',
  live_chat: 'Chat on the web site.',
  voice: 'Telephone.',
  sms: 'Text message.',
  whatsapp: 'WhatsApp.',
  messenger: 'Facebook Messenger.',
  instagram: 'Instagram, private messages and comments.',
  facebook: 'Facebook, posts and comments.',
  x: 'X, posts and private messages.',
  web_form: 'A form on the web site.',
  store: 'A visit to a store or its till.',
  review: 'A product or shop review.',
  self_service: 'Help pages and portals.',
  site_search: 'Search on the web site.',
  app: 'The mobile app.',
});

export const IdentityKindEnum = enumOf<IdentityKind>('IdentityKind', 'What an identity is an identifier of.', {
  email: 'An e-mail address; compared without regard to case.',
  phone: 'A phone number; compared as E.164.',
  loyalty_id: 'A number of the loyalty programme.',
  visitor_id: 'A browser or device of a visitor.',
  social_handle: 'A handle in a social network, written `network:handle`.',
  external_id: 'The id of the person in another system, written `system:id`.',
});

export const RoleEnum = enumOf<Role>(
  'Role',
  'What a viewer is. The role decides which rights there are; scopes narrow them.',
  {
    agent: 'A person who serves customers.',
    supervisor: 'A person who leads agents.',
    bot: 'A program that talks with customers.',
    partner: 'A carrier, marketplace or store chain: sees its own orders only.',
    customer: 'A customer: sees their own person only.',
    integration: 'A channel or commerce system that records facts.',
    admin: 'An operator: everything.',
  },
);

export const ConversationStatusEnum = enumOf<ConversationStatus>('ConversationStatus', 'Where a conversation stands.', {
  open: 'Somebody still has to do something.',
  resolved: 'Settled. A new message opens another conversation; the reference still finds this one.',
});

export const DirectionEnum = enumOf<Direction>('Direction', 'Which way a message went.', {
  inbound: 'From the customer to the shop.',
  outbound: 'From the shop to the customer, or an internal note.',
});

export const AuthorKindEnum = enumOf<AuthorKind>('AuthorKind', 'What wrote a message.', {
  customer: 'The customer.',
  agent: 'A person of the shop.',
  bot: 'A program of the shop.',
  system: 'Punos or an integration.',
});

export const PresenceEnum = enumOf<Presence>('Presence', 'Whether an agent takes work.', {
  online: 'Takes new conversations.',
  away: 'Takes nothing for a while.',
  transfers_only: 'Takes what colleagues hand over, nothing from the queue.',
  offline: 'Not at work.',
});

export const OrderStatusEnum = enumOf<OrderStatus>(
  'OrderStatus',
  'What a reader sees of an order. Derived from its facts, never set.',
  {
    pending: 'Placed, not yet worked on.',
    processed: 'Being packed, or packed; not with a carrier yet.',
    in_transit: 'In transit: a carrier has it.',
    ready_for_pickup: 'Ready for pickup in a store or pickup point.',
    delivered: 'Delivered or picked up.',
    return_started: 'Return started: the customer asked to return or exchange some of it.',
    returned: 'All of it came back.',
    cancelled: 'Cancelled before delivery.',
  },
);

export const PaymentStatusEnum = enumOf<PaymentStatus>('PaymentStatus', 'Where the money of an order stands.', {
  unpaid: 'Less was paid than the order costs.',
  paid: 'Paid, nothing refunded.',
  partially_refunded: 'A part was refunded.',
  refunded: 'All that was paid was refunded.',
});

export const PaymentKindEnum = enumOf<PaymentKind>('PaymentKind', 'Which way money went.', {
  payment: 'From the customer.',
  refund: 'Back to the customer.',
});

export const ShipmentStatusEnum = enumOf<ShipmentStatus>(
  'ShipmentStatus',
  'Where a parcel is. The newest tracking event by the carrier’s clock decides.',
  {
    label_created: 'A label was made; the carrier does not have it yet.',
    in_transit: 'On its way.',
    out_for_delivery: 'On the last vehicle.',
    attempt_failed: 'Delivery was tried in vain.',
    ready_for_pickup: 'Waits at a pickup point.',
    delivered: 'Handed over.',
    exception: 'Something is wrong: damaged, lost, held.',
    returning: 'On its way back to the shop.',
    cancelled: 'Will not be sent.',
  },
);

export const ReturnStatusEnum = enumOf<ReturnStatus>('ReturnStatus', 'How far a return is.', {
  requested: 'The customer asked.',
  approved: 'The shop agreed.',
  declined: 'The shop said no.',
  label_sent: 'The customer has a label.',
  in_transit: 'On its way back.',
  received: 'Back at the shop.',
  inspected: 'Looked at.',
  refunded: 'The money went back.',
  exchanged: 'Another article went out instead.',
  closed: 'Finished.',
  cancelled: 'The customer changed their mind.',
});

export const LocationKindEnum = enumOf<LocationKind>('LocationKind', 'What a location is.', {
  store: 'A store that customers visit.',
  warehouse: 'A warehouse that customers do not visit.',
  pickup_point: 'A place where parcels are picked up.',
});

export const PartnerKindEnum = enumOf<PartnerKind>('PartnerKind', 'What a partner does.', {
  carrier: 'Carries parcels.',
  marketplace: 'Sells the shop’s goods.',
  store_chain: 'Runs stores.',
});

const pastTense = Object.fromEntries(
  EVENT_TYPES.map((type) => [type, `\`${type}\`: a fact of the journal; the ids concerned stand beside it.`]),
) as Record<EventType, string>;

export const EventTypeEnum = enumOf<EventType>(
  'EventType',
  'What happened: `message.received` of the journal is `MESSAGE_RECEIVED` here. New types may come; treat one you do not know as "something changed".',
  pastTense,
);
