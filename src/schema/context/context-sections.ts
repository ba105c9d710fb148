import { Field, Float, ID, Int, ObjectType } from 'type-graphql';

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
  Outcome,
  PartyKind,
  PaymentStatus,
  Presence,
  Priority,
  ReturnStatus,
  ShipmentStatus,
} from '../../values/vocabulary.ts';
import type { ContextTraitState, MomentText } from '../../values/context-packet.ts';
import { QuietHours } from '../customers/preferences.ts';
import { Trait } from '../customers/trait.ts';
import { Money } from '../money.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import {
  ActivityKindEnum,
  AuthorKindEnum,
  ChannelEnum,
  ConversationStatusEnum,
  DeliveryStateEnum,
  DirectionEnum,
  IdentityKindEnum,
  IssueTypeEnum,
  OrderStatusEnum,
  OutcomeEnum,
  PartyKindEnum,
  PaymentStatusEnum,
  PresenceEnum,
  PriorityEnum,
  ReturnStatusEnum,
  ShipmentStatusEnum,
} from '../vocabulary.ts';

@ObjectType({ description: 'Who the person is, as the packet saw it.', simpleResolvers: true })
@Right('customers:read')
export class ContextProfile {
  @Field(() => String, { nullable: true, description: 'Name to greet with. Null: nobody told us.' })
  displayName!: string | null;

  @Field(() => String, { nullable: true, description: 'Given name. Null: unknown.' })
  givenName!: string | null;

  @Field(() => String, { nullable: true, description: 'Family name. Null: unknown.' })
  familyName!: string | null;

  @Field(() => String, { nullable: true, description: 'BCP 47 language, stated or detected. Null: unknown.' })
  language!: string | null;

  @Field(() => String, { nullable: true, description: 'Market of the shop that serves the person. Null: unknown.' })
  market!: string | null;

  @Field(() => String, { nullable: true, description: 'IANA time zone. Null: unknown.' })
  timeZone!: string | null;

  @Field(() => ChannelEnum, {
    nullable: true,
    description: 'Channel that the person prefers. Null: no preference known.',
  })
  preferredChannel!: Channel | null;

  @Field(() => DateTime, { description: 'When the person first arrived.' })
  customerSince!: MomentText;

  @Field(() => Boolean, { description: 'True: write to the person only to answer. False where nothing was said.' })
  doNotContact!: boolean;

  @Field(() => QuietHours, { nullable: true, description: 'When not to disturb. Null: nothing was said.' })
  quietHours!: QuietHours | null;

  @Field(() => [Trait], {
    description:
      'What sources say of the person beside the profile, by key: `financing_status` and `financing_terms` among them.',
  })
  traits!: ContextTraitState[];
}

@ObjectType({ description: 'One identifier of the person, over all members.', simpleResolvers: true })
@Right('customers:read')
export class ContextIdentity {
  @Field(() => IdentityKindEnum, { description: 'What it is an identifier of.' })
  kind!: IdentityKind;

  @Field(() => String, { description: 'The identifier as it came.' })
  value!: string;

  @Field(() => Boolean, { description: 'True when the person proved that it is theirs.' })
  verified!: boolean;

  @Field(() => DateTime, { description: 'When it was last seen.' })
  lastSeenAt!: MomentText;
}

@ObjectType({ description: 'An agent as a packet names them.', simpleResolvers: true })
@Right('conversations:read')
export class ContextAgent {
  @Field(() => ID, { description: 'Id of the agent, `agt_…`.' })
  id!: string;

  @Field(() => String, { description: 'Name shown to customers and colleagues.' })
  name!: string;

  @Field(() => PresenceEnum, { description: 'Whether the agent takes work now.' })
  presence!: Presence;
}

@ObjectType({ description: 'A message or a note as a packet carries it.', simpleResolvers: true })
@Right('conversations:read')
export class ContextMessage {
  @Field(() => ID, { description: 'Id of the message, `msg_…`.' })
  id!: string;

  @Field(() => DirectionEnum, { description: 'Which way it went.' })
  direction!: Direction;

  @Field(() => AuthorKindEnum, { description: 'What wrote it.' })
  authorKind!: AuthorKind;

  @Field(() => ChannelEnum, {
    nullable: true,
    description: 'Channel it went over. Null: a note, or recorded without an inbox.',
  })
  channel!: Channel | null;

  @Field(() => String, { description: 'The text, as it was written.' })
  text!: string;

  @Field(() => DateTime, { description: 'When it was written, by the source’s clock.' })
  occurredAt!: MomentText;

  @Field(() => DeliveryStateEnum, {
    nullable: true,
    description: 'What became of it. Null: a note, the customer wrote it, or another system sent it and never told.',
  })
  deliveryState!: DeliveryState | null;

  @Field(() => [String], {
    description:
      'What its files are, one media type each, in their order: by their bytes, `application/octet-stream` while one is still to be fetched. Empty: it has none. `Message.attachments` has names, sizes and addresses.',
  })
  attachmentTypes!: string[];
}

@ObjectType({ description: 'Who holds control of a conversation, as a packet carries it.', simpleResolvers: true })
@Right('conversations:read')
export class ContextControl {
  @Field(() => PartyKindEnum, { description: 'What holds it.' })
  kind!: PartyKind;

  @Field(() => ID, { description: 'Id of the agent, team or location, or principal of the bot.' })
  @Right('conversations:route')
  id!: string;

  @Field(() => DateTime, { description: 'Since when.' })
  since!: MomentText;
}

@ObjectType({ description: 'The newest handoff of a conversation, as a packet carries it.', simpleResolvers: true })
@Right('notes:read')
export class ContextHandoff {
  @Field(() => ID, { description: 'Id of the handoff, `hnd_…`.' })
  id!: string;

  @Field(() => PartyKindEnum, { nullable: true, description: 'What held control before. Null: nobody did.' })
  fromKind!: PartyKind | null;

  @Field(() => PartyKindEnum, { description: 'What got it.' })
  toKind!: PartyKind;

  @Field(() => String, { description: 'What the next one has to know. Internal.' })
  summary!: string;

  @Field(() => DateTime, { description: 'When.' })
  handedAt!: MomentText;
}

@ObjectType({
  description: 'A conversation as a packet carries it: open or recent, newest first, ten at most.',
  simpleResolvers: true,
})
@Right('conversations:read')
export class ContextConversation {
  @Field(() => ID, { description: 'Id of the conversation, `cnv_…`.' })
  id!: string;

  @Field(() => String, { description: 'Short text by which a customer can name it on any channel: `C-XXXXXX`.' })
  reference!: string;

  @Field(() => String, { nullable: true, description: 'Subject as the customer wrote it. Null: none was given.' })
  subject!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Topic class, detected from the text. Null: none was recognised.',
  })
  @Right('triage:read')
  topic!: string | null;

  @Field(() => String, { nullable: true, description: 'BCP 47 language. Null: unknown.' })
  language!: string | null;

  @Field(() => ConversationStatusEnum, { description: 'Where it stands.' })
  status!: ConversationStatus;

  @Field(() => ChannelEnum, { description: 'Channel of the newest leg.' })
  channel!: Channel;

  @Field(() => DateTime, { description: 'When it was opened.' })
  openedAt!: MomentText;

  @Field(() => DateTime, { description: 'When the newest message was written.' })
  lastMessageAt!: MomentText;

  @Field(() => DateTime, { nullable: true, description: 'When it was resolved. Null: it is open.' })
  resolvedAt!: MomentText | null;

  @Field(() => ContextAgent, { nullable: true, description: 'Who answers now. Null: nobody yet.' })
  assignee!: ContextAgent | null;

  @Field(() => IssueTypeEnum, { nullable: true, description: 'What kind of issue it is. Null: nobody said.' })
  @Right('triage:read')
  issueType!: IssueType | null;

  @Field(() => PriorityEnum, { description: 'How soon it should be answered.' })
  @Right('triage:read')
  priority!: Priority;

  @Field(() => [String], { description: 'Tags in lower case and alphabetical order, 20 at most.' })
  @Right('triage:read')
  tags!: string[];

  @Field(() => OutcomeEnum, {
    nullable: true,
    description: 'How it ended when it was last resolved. Null: nobody said.',
  })
  outcome!: Outcome | null;

  @Field(() => DateTime, { nullable: true, description: 'When it wakes by itself. Null: it is not snoozed.' })
  snoozedUntil!: MomentText | null;

  @Field(() => [ID], {
    description:
      'Orders that it is about, `ord_…`, the one linked last first, 20 at most. Asks the right `orders:read`.',
  })
  @Right('orders:read')
  linkedOrderIds!: string[];

  @Field(() => Int, {
    description: 'Version of the conversation in this packet: what `expectedVersion` of `messageSend` asks for.',
  })
  version!: number;

  @Field(() => ContextControl, {
    nullable: true,
    description: 'Who holds control: the one party that answers. Null: nobody does.',
  })
  control!: ContextControl | null;

  @Field(() => ContextHandoff, {
    nullable: true,
    description:
      'How it came to who holds it, with the summary. Null: it was never handed off. Asks the right `notes:read`.',
  })
  @Right('notes:read')
  handoff!: ContextHandoff | null;

  @Field(() => [ContextMessage], { description: 'The last ten public messages, oldest first.' })
  messages!: ContextMessage[];

  @Field(() => [ContextMessage], {
    description: 'The last ten internal notes, oldest first. Asks the right `notes:read`.',
  })
  @Right('notes:read')
  notes!: ContextMessage[];
}

@ObjectType({ description: 'One line of an order as a packet carries it.', simpleResolvers: true })
@Right('orders:read')
export class ContextOrderLine {
  @Field(() => String, { description: 'Stock keeping unit as the order names it.' })
  sku!: string;

  @Field(() => String, { description: 'Title as the order names it.' })
  title!: string;

  @Field(() => Int, { description: 'Units ordered. Whole, at least 1.' })
  quantity!: number;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the variant, `var_…`. Null: the catalogue does not know the SKU.',
  })
  variantId!: string | null;
}

@ObjectType({ description: 'A parcel as a packet carries it.', simpleResolvers: true })
@Right('orders:read')
export class ContextShipment {
  @Field(() => ID, { description: 'Id of the shipment, `shp_…`.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Who carries it. Null: not told.' })
  carrier!: string | null;

  @Field(() => String, { nullable: true, description: 'Number by which the carrier knows it. Null: not told.' })
  trackingNumber!: string | null;

  @Field(() => ShipmentStatusEnum, { description: 'Where it is.' })
  status!: ShipmentStatus;

  @Field(() => DateTime, { description: 'When the status came to be, by the source’s clock.' })
  statusOccurredAt!: MomentText;

  @Field(() => DateTime, { nullable: true, description: 'When the carrier expects to deliver. Null: no estimate.' })
  estimatedDeliveryAt!: MomentText | null;

  @Field(() => String, {
    nullable: true,
    description: 'Place of the newest tracking event, in the carrier’s words. Null: none told.',
  })
  lastPlace!: string | null;
}

@ObjectType({ description: 'A return as a packet carries it.', simpleResolvers: true })
@Right('orders:read')
export class ContextReturn {
  @Field(() => ID, { description: 'Id of the return, `ret_…`.' })
  id!: string;

  @Field(() => ReturnStatusEnum, { description: 'How far it is.' })
  status!: ReturnStatus;

  @Field(() => String, { nullable: true, description: 'Reason as the source wrote it. Null: none was given.' })
  reason!: string | null;

  @Field(() => DateTime, { description: 'When the customer asked.' })
  requestedAt!: MomentText;

  @Field(() => DateTime, { description: 'When the status came to be, by the source’s clock.' })
  statusOccurredAt!: MomentText;
}

@ObjectType({ description: 'An order as a packet carries it: newest first, ten at most.', simpleResolvers: true })
@Right('orders:read')
export class ContextOrder {
  @Field(() => ID, { description: 'Id of the order, `ord_…`.' })
  id!: string;

  @Field(() => String, { description: 'Number that people say, as the source writes it.' })
  number!: string;

  @Field(() => OrderStatusEnum, { description: 'Where it stands. Derived from its facts.' })
  status!: OrderStatus;

  @Field(() => DateTime, { description: 'When the status came to be, by the source’s clock.' })
  statusOccurredAt!: MomentText;

  @Field(() => PaymentStatusEnum, { description: 'Where the money stands. Asks the right `payments:read`.' })
  @Right('payments:read')
  paymentStatus!: PaymentStatus;

  @Field(() => DateTime, { description: 'When it was placed.' })
  placedAt!: MomentText;

  @Field(() => Money, { description: 'What it costs in all. Asks the right `payments:read`.' })
  @Right('payments:read')
  total!: Money;

  @Field(() => [ContextOrderLine], { description: 'Its lines, in the order of the source.' })
  lines!: ContextOrderLine[];

  @Field(() => [ContextShipment], { description: 'Its parcels, oldest first. Empty: nothing was sent.' })
  shipments!: ContextShipment[];

  @Field(() => [ContextReturn], { description: 'Its returns, oldest first. Empty: none.' })
  returns!: ContextReturn[];
}

@ObjectType({ description: 'One line of the basket as a packet carries it.', simpleResolvers: true })
@Right('activity:read')
export class ContextBasketLine {
  @Field(() => String, { description: 'Stock keeping unit as the shop names it.' })
  sku!: string;

  @Field(() => Int, { description: 'Units. Whole, at least 1.' })
  quantity!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Title of the variant. Null: the catalogue does not know the SKU.',
  })
  title!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the variant, `var_…`. Null: the catalogue does not know the SKU.',
  })
  variantId!: string | null;

  @Field(() => Money, {
    nullable: true,
    description: 'Price of one unit as the shop showed it. Null: not told. Asks the right `payments:read`.',
  })
  @Right('payments:read')
  unitPrice!: Money | null;
}

@ObjectType({
  description: 'The newest basket of the person, on whatever device it was filled.',
  simpleResolvers: true,
})
@Right('activity:read')
export class ContextBasket {
  @Field(() => DateTime, { description: 'When it was last changed, by the source’s clock.' })
  changedAt!: MomentText;

  @Field(() => String, { description: 'System that told us; `customer:` and an id where the own browser did.' })
  source!: string;

  @Field(() => [ContextBasketLine], { description: 'Its lines, in the order of the source. Empty: it was emptied.' })
  lines!: ContextBasketLine[];
}

@ObjectType({
  description: 'A page, a search or a product that the person looked at. What does not belong to its kind is null.',
  simpleResolvers: true,
})
@Right('activity:read')
export class ContextBrowsing {
  @Field(() => ID, { description: 'Id of the activity, `act_…`.' })
  id!: string;

  @Field(() => ActivityKindEnum, { description: 'VISIT, SEARCH or PRODUCT_VIEW.' })
  kind!: ActivityKind;

  @Field(() => ChannelEnum, { nullable: true, description: 'Where. Null: the web shop.' })
  channel!: Channel | null;

  @Field(() => DateTime, { description: 'When, by the source’s clock.' })
  occurredAt!: MomentText;

  @Field(() => String, { nullable: true, description: 'Address of the page, without query. Null: not told.' })
  url!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Title of the variant, or of the page. Null: not known.',
  })
  title!: string | null;

  @Field(() => String, { nullable: true, description: 'What was searched for. Null: no search.' })
  query!: string | null;

  @Field(() => Int, { nullable: true, description: 'Hits of the search. Null: not told, or no search.' })
  hitCount!: number | null;

  @Field(() => String, { nullable: true, description: 'Stock keeping unit. Null: no product view.' })
  sku!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the variant, `var_…`. Null: no product view, or the catalogue does not know the SKU.',
  })
  variantId!: string | null;
}

@ObjectType({
  description: 'A review or an answer to a survey. What does not belong to its kind is null.',
  simpleResolvers: true,
})
@Right('activity:read')
export class ContextOpinion {
  @Field(() => ID, { description: 'Id of the activity, `act_…`.' })
  id!: string;

  @Field(() => ActivityKindEnum, { description: 'REVIEW or SURVEY_ANSWER.' })
  kind!: ActivityKind;

  @Field(() => DateTime, { description: 'When it was written, by the source’s clock.' })
  occurredAt!: MomentText;

  @Field(() => String, { nullable: true, description: 'What was reviewed. Null: the shop, or no review.' })
  sku!: string | null;

  @Field(() => Int, { nullable: true, description: 'Stars, 1 to 5. Null: no review.' })
  rating!: number | null;

  @Field(() => String, { nullable: true, description: 'Headline of the review. Null: none.' })
  title!: string | null;

  @Field(() => String, { nullable: true, description: 'Text of the review. Null: none.' })
  text!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether everybody can read the review. Null: no review.' })
  isPublic!: boolean | null;

  @Field(() => String, { nullable: true, description: 'Name of the survey. Null: no survey answer.' })
  survey!: string | null;

  @Field(() => String, { nullable: true, description: 'Question of the survey. Null: no survey answer.' })
  question!: string | null;

  @Field(() => Int, { nullable: true, description: 'Score on the question’s scale. Null: none.' })
  score!: number | null;

  @Field(() => String, { nullable: true, description: 'Answer in words. Null: none.' })
  answer!: string | null;

  @Field(() => ID, { nullable: true, description: 'Conversation that the survey asked about, `cnv_…`. Null: none.' })
  conversationId!: string | null;
}

@ObjectType({ description: 'Stock of a variant in one store.', simpleResolvers: true })
@Right('stock:read')
export class ContextStockLocation {
  @Field(() => ID, { description: 'Id of the store, `loc_…`.' })
  locationId!: string;

  @Field(() => String, { description: 'Name of the store.' })
  name!: string;

  @Field(() => Int, { description: 'Units that can be promised: on hand minus held. Whole, at least 0.' })
  available!: number;

  @Field(() => DateTime, { description: 'When it was counted, by the source’s clock.' })
  asOf!: MomentText;

  @Field(() => Float, {
    nullable: true,
    description: 'Kilometres from the customer, one decimal. Null: one of the two places is unknown.',
  })
  distanceKm!: number | null;
}

@ObjectType({
  description:
    'Stock of something that the person ordered, looked at or has in the basket, in the three nearest stores.',
  simpleResolvers: true,
})
@Right('stock:read')
export class ContextStock {
  @Field(() => ID, { description: 'Id of the variant, `var_…`.' })
  variantId!: string;

  @Field(() => String, { description: 'Stock keeping unit.' })
  sku!: string;

  @Field(() => String, { description: 'Title of the variant.' })
  title!: string;

  @Field(() => [ContextStockLocation], { description: 'Stores, nearest first; three at most.' })
  locations!: ContextStockLocation[];
}

@ObjectType({ description: 'Who answers an open conversation, and why.', simpleResolvers: true })
@Right('conversations:read')
export class ContextRouting {
  @Field(() => ID, { description: 'Id of the conversation, `cnv_…`.' })
  conversationId!: string;

  @Field(() => String, { description: 'Reference of the conversation.' })
  reference!: string;

  @Field(() => Boolean, { description: 'True while nobody is assigned.' })
  waiting!: boolean;

  @Field(() => ContextAgent, { nullable: true, description: 'Who answers now. Null while it waits.' })
  assignee!: ContextAgent | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last routed. Null: never.' })
  decidedAt!: MomentText | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why this agent, in a sentence. Null: never routed. Asks the right `routing:read`.',
  })
  @Right('routing:read')
  explanation!: string | null;
}
