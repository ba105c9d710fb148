import type {
  ActivityKind,
  AttachmentState,
  AuthorKind,
  ChannelClass,
  ConnectorDialectName,
  ControlOfferState,
  ConversationStatus,
  DeliveryFailure,
  DeliveryState,
  Direction,
  FulfilmentMethod,
  FulfilmentOrderStatus,
  IdentityKind,
  InvolvementState,
  IssueType,
  LocationKind,
  OrderChangeKind,
  OrderStatus,
  Outcome,
  PartnerKind,
  PartyKind,
  PaymentKind,
  PaymentState,
  PaymentStatus,
  Presence,
  Priority,
  ReopenReason,
  InboxRouting,
  Receiver,
  ReturnOutcome,
  ReturnStatus,
  JoinMode,
  ParticipantMode,
  ParticipantState,
  ReservationState,
  TaskState,
  Role,
  ShipmentStatus,
  SensitiveKind,
  SwitchReason,
} from '../values/vocabulary.ts';
import type { ConsentState, OptInLevel, Purpose } from '../values/consents.ts';
import type { FulfilmentStatus, OrderReturnStatus } from '../values/order-axes.ts';
import type { DropReason, RehearsedKind } from '../values/identity-rules.ts';
import type { HoldState } from '../values/holds.ts';
import type { NoticeKind, NoticeState, WithheldReason } from '../values/notices.ts';
import type { PromiseKind, PromiseState } from '../values/promises.ts';
import type { QuarantineReason, QuarantineState } from '../values/quarantine.ts';
import type { FreshnessMeasure } from '../values/served.ts';
import type { SourceKind } from '../values/sources.ts';
import type { WebhookDeliveryState, WebhookDisabledReason, WebhookOutcome } from '../values/webhooks.ts';
import type { SkillAct, SkillClass } from '../values/skills.ts';
import type { OutcomeDimension } from '../values/routing-outcomes.ts';
import type { StockBand } from '../values/stock-bands.ts';
import type { StockQuantity } from '../values/stock-quantities.ts';
import type { SubstituteReason } from '../values/substitutes.ts';
import type { Weekday } from '../values/business-hours.ts';
import type { SenderKind } from '../values/channel-facts.ts';
import { EVENT_TYPES, type EventType } from '../values/event-types.ts';
import { enumOf, openEnumOf } from './enum-of.ts';

/** The closed lists of src/values/vocabulary.ts as GraphQL enums: one each, used by every domain. */

/** Its values are the channels that the server speaks: `buildSchema` is given them. */
export const [ChannelEnum, nameChannels] = openEnumOf(
  'Channel',
  'A medium on which a customer and the shop meet. `channels` says what each is like; a server may speak more of them than this list.',
);

export const IdentityKindEnum = enumOf<IdentityKind>('IdentityKind', 'What an identity is an identifier of.', {
  email: 'An e-mail address; compared without regard to case.',
  phone: 'A phone number; compared as E.164.',
  loyalty_id: 'A number of the loyalty programme.',
  visitor_id: 'A browser or device of a visitor.',
  social_handle: 'A handle in a social network, written `network:handle`.',
  external_id: 'The id of the person in another system, written `system:id`.',
});

export const DropReasonEnum = enumOf<DropReason>('DropReason', 'Why an identifier was not taken as a person’s.', {
  malformed: 'It is none of its kind: unreadable, too long, empty.',
  blocked: 'The rules block the value: it names nobody.',
  shared: 'Too many different persons came with it lately: a kiosk, an office.',
  conflict: 'Somebody else has it, who differs in something stronger, or whom staff parted from this person.',
  unproved:
    'Somebody else has it, of whom more is known than addresses: only a strong or verified identifier joins them.',
  limit: 'The person would have more values of this kind than one person may.',
});

export const RehearsedKindEnum = enumOf<RehearsedKind>(
  'RehearsedKind',
  'What changed rules would do differently with somebody.',
  {
    merge: 'The person would be one with another.',
    part: 'The person would be several.',
    drop: 'An identifier of the person would be dropped.',
    take: 'An identifier that was dropped would be the person’s.',
  },
);

export const ConnectorDialectEnum = enumOf<ConnectorDialectName>(
  'ConnectorDialect',
  'How a shop, carrier or till speaks.',
  {
    facts: 'Facts in our own words, signed by Standard Webhooks: any shop, carrier or till.',
    shopify: 'Webhooks of a Shopify shop.',
    easypost: 'Webhooks of EasyPost: trackers of many carriers.',
  },
);

export const StockQuantityEnum = enumOf<StockQuantity>(
  'StockQuantity',
  'What is counted of a SKU at a location. What can be promised follows: on hand minus committed, held, safety and damaged.',
  {
    on_hand: 'There, sold or not.',
    committed: 'Sold and not gone yet.',
    held: 'Kept for somebody who has not bought yet. Follows from holds; nobody sets it.',
    incoming: 'On the way here; not on hand.',
    safety: 'Kept back so that a wrong count breaks no promise.',
    damaged: 'There and not to be sold.',
  },
);

export const StockBandEnum = enumOf<StockBand>('StockBand', 'How much can be promised, in words.', {
  out: 'Nothing.',
  few: 'One to five units.',
  many: 'More than five units.',
});

export const SubstituteReasonEnum = enumOf<SubstituteReason>(
  'SubstituteReason',
  'What an article and its substitute have in common.',
  {
    product: 'Another variant of the same product.',
    bundle: 'The same bundle: they are sold together, or for one another.',
    category: 'The same category.',
  },
);

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
  snoozed: 'Sleeps until a moment, a new message, or someone wakes it.',
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

export const SkillClassEnum = enumOf<SkillClass>('SkillClass', 'What kind of skill it is.', {
  area: 'A product area: shoes, delivery.',
  topic: 'What a conversation is about: returns, payment.',
  language: 'A language, by its code.',
  authority: 'What the agent may decide: refunds, complaints.',
  channel: 'A medium that the agent is good at.',
});

export const SkillActEnum = enumOf<SkillAct>('SkillAct', 'What was done to a skill.', {
  recorded: 'It came onto the map.',
  changed: 'It is described otherwise.',
  reviewed: 'Somebody looked at it and found it right.',
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
  unpaid: 'Nothing was paid.',
  paid: 'Paid, nothing refunded.',
  partially_refunded: 'A part was refunded.',
  refunded: 'All that was paid was refunded.',
  partially_paid: 'Some was paid, less than the order costs.',
  refund_pending: 'A refund is promised and has not moved yet.',
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

export const FulfilmentStatusEnum = enumOf<FulfilmentStatus>(
  'FulfilmentStatus',
  'Where the goods of an order are. Derived from its facts, never set.',
  {
    unfulfilled: 'Nothing was done yet.',
    in_progress: 'Being packed, or packed.',
    in_transit: 'A carrier has some of it.',
    ready_for_pickup: 'Waits at a pickup point; nothing is still to come.',
    partially_delivered: 'Some arrived, some is still to come.',
    delivered: 'All of it arrived.',
    cancelled: 'Will not be sent.',
  },
);

export const OrderReturnStatusEnum = enumOf<OrderReturnStatus>(
  'OrderReturnStatus',
  'What comes back of an order, all its returns together.',
  {
    none: 'Nothing comes back.',
    started: 'A return is under way.',
    partially_returned: 'Some came back.',
    returned: 'All of it came back.',
  },
);

export const PaymentStateEnum = enumOf<PaymentState>('PaymentState', 'Whether money has moved.', {
  done: 'It moved.',
  pending: 'It is promised and has not moved yet.',
  kept: 'It was promised, and moved as another refund.',
});

export const ReturnOutcomeEnum = enumOf<ReturnOutcome>('ReturnOutcome', 'What the customer gets for what comes back.', {
  refund: 'The money.',
  exchange: 'Another article.',
});

export const FulfilmentOrderStatusEnum = enumOf<FulfilmentOrderStatus>(
  'FulfilmentOrderStatus',
  'How far work at one place is.',
  {
    open: 'Planned.',
    on_hold: 'Held, for example until it is paid.',
    in_progress: 'Begun.',
    fulfilled: 'Everything went out.',
    cancelled: 'Will not be done.',
  },
);

export const FulfilmentMethodEnum = enumOf<FulfilmentMethod>('FulfilmentMethod', 'How goods leave the place.', {
  ship: 'With a carrier.',
  pickup: 'The customer picks them up.',
  local_delivery: 'The place brings them.',
});

export const QuarantineReasonEnum = enumOf<QuarantineReason>(
  'QuarantineReason',
  'Why an authentic fact cannot be true beside the others.',
  {
    currency_changed: 'It is in another currency than the order was placed in.',
    amount_changed: 'The same payment or refund was told with another amount before.',
    exceeds_total: 'More was paid than the order ever cost.',
    exceeds_paid: 'More goes back than was paid.',
    unknown_sku: 'The lines change to an article that the catalogue does not know.',
    unknown_line: 'A return names a line that the order never had.',
    exceeds_ordered: 'More units come back than were ever ordered.',
    insufficient_stock: 'It takes more units than there are.',
  },
);

export const QuarantineStateEnum = enumOf<QuarantineState>(
  'QuarantineState',
  'What became of a fact that was kept apart.',
  {
    held: 'It waits for a person and has no effect.',
    released: 'A person let it in.',
    discarded: 'A person put it away for good.',
    withdrawn: 'What was told later made it plausible; it counts.',
  },
);

export const SourceKindEnum = enumOf<SourceKind>('SourceKind', 'What a source tells of.', {
  orders: 'Orders: a shop, a till, a payment provider, a warehouse.',
  tracking: 'Parcels: a carrier.',
  stock: 'Stock: a warehouse, a till.',
});

export const FreshnessMeasureEnum = enumOf<FreshnessMeasure>('FreshnessMeasure', 'Which news of orders is measured.', {
  status: 'Where orders and parcels stand, and what was paid: within 60 seconds.',
  returns: 'How far returns are: within 24 hours.',
});

export const HoldStateEnum = enumOf<HoldState>('HoldState', 'How what is held for a customer stands.', {
  open: 'Held, and given back when the time to confirm is over.',
  confirmed: 'Held until it is picked up.',
  collected: 'Picked up: the units are gone.',
  released: 'Given back.',
  expired: 'It was not confirmed in time and is given back.',
});

export const PromiseKindEnum = enumOf<PromiseKind>('PromiseKind', 'What a customer is promised.', {
  delivery: 'The order arrives. Kept when all of it was delivered.',
  pickup: 'The order can be picked up. Kept when all of it waits there.',
  refund: 'Money goes back. Kept by the next refund that moved.',
  other: 'Something else. Kept when somebody says so.',
});

export const PromiseStateEnum = enumOf<PromiseState>('PromiseState', 'How a promise stands.', {
  open: 'Its time has not come.',
  overdue: 'Its time has passed. It may still be kept, late.',
  kept: 'It was kept.',
  withdrawn: 'It was taken back.',
});

export const NoticeKindEnum = enumOf<NoticeKind>('NoticeKind', 'What a customer is told of an order unasked.', {
  delay: 'A parcel is late: its estimate has passed, or the carrier moved it or has trouble.',
  ready_for_pickup: 'A parcel can be picked up.',
  refund_sent: 'Money went back.',
  return_received: 'What was sent back arrived.',
});

export const NoticeStateEnum = enumOf<NoticeState>('NoticeState', 'How a notice stands.', {
  planned: 'It is not true yet, and may never be.',
  raised: 'It is true; the message waits for its time.',
  sent: 'The customer was told.',
  withheld: 'The customer was not told: see the reason.',
  overtaken: 'It is true no more, or never was.',
});

export const WithheldReasonEnum = enumOf<WithheldReason>('WithheldReason', 'Why a customer got no message.', {
  do_not_contact: 'They do not want to hear from us.',
  no_address: 'No channel of ours reaches them, or each that does has failed.',
  switched_off: 'The operator has switched this kind off: `NOTICE_KINDS`.',
  already_contacted: 'Somebody has told them by hand: `messageSend` with this order, and `about` the same.',
  no_consent:
    'They said STOP, or otherwise took back or denied consent to ORDER_UPDATES: everywhere, or over a channel that would have reached them.',
});

export const OrderChangeKindEnum = enumOf<OrderChangeKind>(
  'OrderChangeKind',
  'What a service agent changes of an order.',
  {
    cancel: 'It is cancelled: `orderCancel`.',
    address: 'It is sent elsewhere: `orderAddressChange`.',
    payment: 'It is paid by other means: `orderPaymentChange`.',
    items: 'Articles become other variants: `orderItemsChange`.',
    return: 'Some of it comes back: `orderReturn`.',
    exchange: 'Some of it is exchanged: `orderExchange`.',
  },
);

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

export const ChannelClassEnum = enumOf<ChannelClass>('ChannelClass', 'The four classes of channels.', {
  direct: 'Person to person, privately: email, chat, phone, text message, web form, store.',
  social: 'In public, or on the platforms of it: posts, comments, reviews.',
  messaging: 'Messaging apps.',
  self_service: 'The customer helps themselves: help pages, site search, the app.',
});

export const IssueTypeEnum = enumOf<IssueType>('IssueType', 'What kind of issue a conversation is.', {
  question: 'Something is to be known.',
  problem: 'Something does not work or did not arrive.',
  complaint: 'The customer is not content.',
  request: 'Something is to be done: a return, a change, an invoice.',
  feedback: 'Praise or a proposal; nothing is asked for.',
});

export const PriorityEnum = enumOf<Priority>('Priority', 'How soon a conversation should be answered.', {
  low: 'When there is time.',
  normal: 'In turn.',
  high: 'Before the others.',
  urgent: 'At once.',
});

export const ReopenReasonEnum = enumOf<ReopenReason>(
  'ReopenReason',
  'Why a resolved or snoozed conversation opened again.',
  {
    due: 'It was snoozed until now.',
    message: 'The customer wrote.',
    act: 'Somebody reopened it.',
  },
);

export const OutcomeEnum = enumOf<Outcome>('Outcome', 'How a conversation ended for the customer.', {
  solved: 'The issue is solved.',
  partly_solved: 'A part of it is solved.',
  not_solved: 'It is not solved, and nothing more will be done.',
  no_answer: 'The customer did not answer any more.',
  duplicate: 'It was the same issue as another conversation.',
  spam: 'It was no issue of a customer.',
});

export const SwitchReasonEnum = enumOf<SwitchReason>(
  'SwitchReason',
  'Why a conversation goes on over another channel.',
  {
    harder: 'The issue became too hard for the channel.',
    privacy: 'What is to be said does not belong in public.',
    convenience: 'Another channel suits the customer’s device or situation better.',
    escalation: 'Somebody has to act at once.',
    fallback: 'The channel before it failed.',
  },
);

export const PartyKindEnum = enumOf<PartyKind>('PartyKind', 'Who may be given a conversation.', {
  agent: 'A person at a desk.',
  bot: 'A program.',
  team: 'Whoever of a team takes it.',
  store: 'The staff of a store.',
  skill: 'Whoever has a skill: routing looks for them. It holds no control.',
});

export const OutcomeDimensionEnum = enumOf<OutcomeDimension>(
  'RoutingOutcomeDimension',
  'By what routing decisions are put together.',
  {
    skill: 'Each skill that they asked for.',
    agent: 'The agent who was chosen.',
    channel: 'The channel on which the conversation is.',
    policy_version: 'The version of the policy that decided.',
    queue: 'The queue that took it.',
    step: 'The step that the task was in, with its queue before it.',
  },
);

export const ControlOfferStateEnum = enumOf<ControlOfferState>('ControlOfferState', 'How an offer of control stands.', {
  open: 'Waits for an answer.',
  accepted: 'Control went to whom it was offered.',
  declined: 'It was not wanted.',
  expired: 'Nobody answered in time.',
  withdrawn: 'It was taken back.',
});

export const InvolvementStateEnum = enumOf<InvolvementState>(
  'InvolvementState',
  'What somebody does at a conversation at the moment.',
  {
    viewing: 'Looks at it. Counts for 30 s.',
    typing: 'Writes in it. Counts for 6 s.',
    left: 'Does so no more.',
  },
);

export const InboxRoutingEnum = enumOf<InboxRouting>('InboxRouting', 'How conversations of an inbox come to agents.', {
  on_request: 'Somebody asks for an agent: a bot, an agent, `conversationRoute`.',
  automatic:
    'A customer’s message asks for an agent by itself, where no agent, bot, team or store has the conversation.',
  by_policy:
    'A customer’s message asks the routing policy (`reception`) whether a bot or a person comes first, where nobody has the conversation: for a person it asks for an agent, for a bot it waits until one takes it.',
});

export const ReceiverEnum = enumOf<Receiver>('Receiver', 'Who comes first to a customer whom nobody serves.', {
  bot: 'A bot: whichever takes control.',
  person: 'A person: an agent is asked for.',
});

export const ParticipantModeEnum = enumOf<ParticipantMode>(
  'ParticipantMode',
  'How somebody takes part in a conversation beside the party in control, whose control never moves by it.',
  {
    consulted: 'A colleague who was asked something. The customer hears nothing of it.',
    listening: 'Hears and reads along, says nothing to anybody. The customer hears nothing of it.',
    coaching: 'Speaks and writes notes to colleagues. The customer hears nothing of it.',
    speaking: 'Speaks and writes to the customer, too.',
  },
);

export const JoinModeEnum = enumOf<JoinMode>(
  'ConversationJoinMode',
  'How a supervisor joins a conversation. Control stays where it is.',
  {
    listening: 'Hears and reads along; writes nothing to the customer.',
    coaching: 'Speaks and writes notes to colleagues; writes nothing to the customer.',
    speaking: 'Speaks and writes to the customer, too, beside whoever has control.',
  },
);

export const ParticipantStateEnum = enumOf<ParticipantState>('ParticipantState', 'How taking part stands.', {
  asked: 'A colleague was asked and has not answered.',
  joined: 'Takes part.',
  declined: 'Did not want to.',
  expired: 'Did not answer in time, or could not come any more.',
  left: 'Took part, and does so no more.',
});

export const TaskStateEnum = enumOf<TaskState>('RoutingTaskState', 'How a task of routing stands.', {
  pending: 'It waits for an agent.',
  reserved: 'It is offered to one agent, whose places it takes.',
  assigned: 'An agent has it.',
  wrapping: 'The conversation is resolved and the agent writes it up; the places stay taken.',
  completed: 'An agent had it, and the conversation was resolved.',
  canceled: 'Nobody need come any more: resolved before, unassigned, handed to others, merged.',
});

export const ReservationStateEnum = enumOf<ReservationState>(
  'ReservationState',
  'What became of giving a conversation to an agent.',
  {
    pending: 'It is offered, and the agent has not answered.',
    accepted: 'The agent has it, or had it.',
    rejected: 'The agent did not take it.',
    timed_out: 'The agent did not answer in time.',
    canceled: 'It was taken back: the agent went offline, or nobody need come any more.',
  },
);

export const DeliveryStateEnum = enumOf<DeliveryState>(
  'DeliveryState',
  'What became of a message that we sent. It moves forward only.',
  {
    queued: 'Stored; not handed to the channel yet, or tried in vain and to be tried again.',
    sent: 'The channel took it.',
    delivered: 'It is on the customer’s device.',
    read: 'The customer saw it.',
    failed: 'It does not arrive; the reason stands beside it. Only proof that it arrived after all comes after this.',
  },
);

export const AttachmentStateEnum = enumOf<AttachmentState>(
  'AttachmentState',
  'Whether an attachment can be downloaded. CLEAN and UNCHECKED can.',
  {
    fetching: 'The channel told where it is; it is being fetched.',
    pending: 'The scanner has not answered yet.',
    clean: 'The scanner found nothing.',
    unchecked: 'It came while no scanner was set.',
    infected: 'The scanner found something. The bytes were deleted.',
    refused: 'Of a type or size that is not taken. The bytes were not kept.',
    failed: 'It could not be fetched.',
  },
);

export const DeliveryFailureEnum = enumOf<DeliveryFailure>('DeliveryFailure', 'Why a message did not go out.', {
  address_rejected: 'The channel does not know the customer’s address, or it takes nothing.',
  channel_down: 'The channel could not be reached, or it answered that it has trouble of its own.',
  not_configured: 'The inbox lacks what sending needs, or the channel said that what it has is no longer valid.',
  too_long: 'The channel takes no message of this size.',
  rate_limited: 'The channel asked to wait.',
  rejected: 'The channel refused this message.',
  timed_out: 'The channel did not answer in time; the message may have arrived all the same.',
  withdrawn:
    'It was taken back before it went out: true no more, or the customer does not want to hear of it any more.',
});

export const ActivityKindEnum = enumOf<ActivityKind>('ActivityKind', 'A touch without a message.', {
  visit: 'A page of the shop or the app was opened.',
  search: 'Something was searched for.',
  product_view: 'A product was looked at.',
  basket_change: 'The basket is another one now.',
  store_visit: 'A store was visited.',
  till_purchase: 'Something was bought at a till.',
  review: 'A review was written.',
  survey_answer: 'A question of a survey was answered.',
});

export const WeekdayEnum = enumOf<Weekday>('Weekday', 'A day of the week, on the calendar of the place.', {
  monday: 'Monday.',
  tuesday: 'Tuesday.',
  wednesday: 'Wednesday.',
  thursday: 'Thursday.',
  friday: 'Friday.',
  saturday: 'Saturday.',
  sunday: 'Sunday.',
});

export const SenderKindEnum = enumOf<SenderKind>('SenderKind', 'Who carries our messages to the customer.', {
  live_chat: 'Punos itself, over the subscription of the page that the customer has open.',
  email: 'Punos itself, by SMTP.',
  bridge: 'A system of yours that speaks the medium: it is sent a signed webhook.',
});

const pastTense = Object.fromEntries(
  EVENT_TYPES.map((type) => [type, `\`${type}\`: a fact of the journal; the ids concerned stand beside it.`]),
) as Record<EventType, string>;

export const EventTypeEnum = enumOf<EventType>(
  'EventType',
  'What happened: `message.received` of the journal is `MESSAGE_RECEIVED` here. New types may come; treat one you do not know as "something changed".',
  pastTense,
);

export const WebhookDeliveryStateEnum = enumOf<WebhookDeliveryState>(
  'WebhookDeliveryState',
  'Where the delivery of one event to one webhook endpoint stands.',
  {
    pending: 'Not delivered yet; to be attempted, first or again.',
    delivered: 'The receiver answered with 2xx.',
    failed: 'Given up after its attempts, or the journal does not hold the event any more.',
    withheld: 'Nothing was sent: at that moment the key of the endpoint might not see it.',
  },
);

export const WebhookOutcomeEnum = enumOf<WebhookOutcome>(
  'WebhookOutcome',
  'What came of an attempt, or why there was none.',
  {
    delivered: 'The receiver answered with 2xx.',
    rejected: 'The receiver answered with another status; redirects are not followed.',
    gone: 'The receiver answered with 410: the endpoint is disabled.',
    unreachable:
      'No answer. A closed port, a filtered one, a name that does not exist and an address that is none of the internet’s are all this.',
    timed_out: 'No answer in time.',
    url_refused: 'The URL is one that nothing is posted to.',
    not_visible: 'Nothing was sent: the key of the endpoint may not see it, or not any more.',
    event_gone: 'Nothing was sent: the journal does not hold the event any more.',
    key_ended: 'Nothing was sent: the key of the endpoint was revoked or has expired. The endpoint is disabled.',
  },
);

export const WebhookDisabledReasonEnum = enumOf<WebhookDisabledReason>(
  'WebhookDisabledReason',
  'Why nothing is sent to a webhook endpoint any more.',
  {
    gone: 'The receiver answered with 410.',
    failing: 'It took nothing for days.',
    key_ended: 'Its key was revoked or has expired.',
    by_hand: 'Somebody disabled it.',
  },
);

export const PurposeEnum = enumOf<Purpose>('Purpose', 'What data of a person is used for.', {
  service: 'To answer what the person asks.',
  order_updates: 'To tell the person of their own orders before they ask.',
  marketing: 'To advertise to the person.',
  personalisation: 'To use what the person looked at and where they are for what they are shown and offered.',
  profiling: 'To conclude from behaviour what kind of customer the person is.',
});

export const ConsentStateEnum = enumOf<ConsentState>('ConsentState', 'How consent stands.', {
  granted: 'The person agreed.',
  denied: 'The person was asked and did not agree.',
  withdrawn: 'The person agreed once, or was written to, and took it back.',
  pending: 'The person was asked to confirm over the address itself, and has not yet. Counts as not agreed.',
});

export const OptInLevelEnum = enumOf<OptInLevel>('OptInLevel', 'How sure it is that the person said so.', {
  unknown: 'Nobody told.',
  single: 'The person said so once.',
  confirmed: 'The person said so again over the address itself: double opt-in.',
});

export const SensitiveKindEnum = enumOf<SensitiveKind>(
  'SensitiveKind',
  'What a customer should not have to write where everybody reads it.',
  {
    email: 'An e-mail address.',
    phone: 'A phone number.',
    card_number: 'The number of a payment card: the check of its last digit is right.',
    bank_account: 'An IBAN whose check is right.',
    order_number: 'The number of an order.',
  },
);
