import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';

import type { EventType } from '../../values/event-types.ts';
import type { ContextSection, MomentText } from '../../values/context-packet.ts';
import { enumOf } from '../enum-of.ts';
import { OfCustomer, OfNobody } from '../of-customer.ts';
import { DATA_CLASSES_DESCRIPTION, VisibleDataClass } from '../privacy/visible-class.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { EventTypeEnum } from '../vocabulary.ts';
import { ContextBasket } from './context-basket.ts';
import { ContextBrowsing } from './context-browsing.ts';
import { ContextConsent } from './context-consent.ts';
import { ContextConversation } from './context-conversation.ts';
import { ContextIdentity } from './context-identity.ts';
import { ContextOpinion } from './context-opinion.ts';
import { ContextOrder } from './context-order.ts';
import { ContextProfile } from './context-profile.ts';
import { ContextRouting } from './context-routing.ts';
import { ContextService } from './context-service.ts';
import { ContextStock } from './context-stock.ts';

const ContextSectionEnum = enumOf<ContextSection>('ContextSection', 'A part of a context packet.', {
  profile: 'Who the person is.',
  identities: 'How the person is recognised.',
  consents: 'What the person agreed to.',
  conversations: 'What was said on any channel.',
  orders: 'What the person ordered and where it is.',
  basket: 'What the person is about to buy.',
  browsing: 'What the person looked at.',
  reviews: 'What the person wrote about us.',
  stock: 'What of all that is in stores nearby.',
  routing: 'Who answers open conversations.',
  service: 'How open conversations are served.',
});

@ObjectType({
  description: 'The newest moment in each section: how fresh it is. Equal packets have equal moments.',
  simpleResolvers: true,
})
@Right('context:read')
export class ContextAsOf {
  @Field(() => DateTime, { nullable: true, description: 'Last change of the profile.' })
  profile!: MomentText | null;

  @Field(() => DateTime, { nullable: true, description: 'When an identity was last seen. Null: the section is empty.' })
  identities!: MomentText | null;

  @Field(() => DateTime, { nullable: true, description: 'When consent last changed. Null: the section is empty.' })
  consents!: MomentText | null;

  @Field(() => DateTime, { nullable: true, description: 'Newest message or resolution. Null: the section is empty.' })
  conversations!: MomentText | null;

  @Field(() => DateTime, { nullable: true, description: 'Last change of an order. Null: the section is empty.' })
  orders!: MomentText | null;

  @Field(() => DateTime, { nullable: true, description: 'When the basket was recorded. Null: there is none.' })
  basket!: MomentText | null;

  @Field(() => DateTime, { nullable: true, description: 'When the newest was recorded. Null: the section is empty.' })
  browsing!: MomentText | null;

  @Field(() => DateTime, { nullable: true, description: 'When the newest was recorded. Null: the section is empty.' })
  reviews!: MomentText | null;

  @Field(() => DateTime, { nullable: true, description: 'Last change of a level shown. Null: the section is empty.' })
  stock!: MomentText | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Newest routing decision, or place in the queue that was told. Null: there is none.',
  })
  routing!: MomentText | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When a signal, a clock or who takes part last changed. Null: the section is empty.',
  })
  service!: MomentText | null;
}

@ObjectType({ description: 'An event that made this packet differ from the reader’s last one.', simpleResolvers: true })
@Right('context:read')
export class ContextCause {
  @Field(() => EventTypeEnum, { description: 'What happened.' })
  type!: EventType;

  @Field(() => DateTime, { description: 'When it happened, by the source’s clock.' })
  occurredAt!: Date;

  @Field(() => DateTime, { description: 'When it reached us.' })
  receivedAt!: Date;

  @Field(() => DateTime, {
    description: 'When it was recorded, just before its commit. Commit to screen is measured from here.',
  })
  recordedAt!: Date;
}

@ObjectType({
  description:
    'Everything about one person now: the snapshot that every watcher gets. One SQL statement, so all of it is of one moment.',
  simpleResolvers: true,
})
@Right('context:read')
@OfCustomer('customerId')
export class ContextPacket {
  @Field(() => ID, { description: 'The person: id of the customer that stands for all members, `cus_…`.' })
  customerId!: string;

  @Field(() => [ID], { description: 'All customer ids that are this person now, the person’s own first.' })
  memberIds!: string[];

  @Field(() => GraphQLSafeInt, {
    description:
      'Counts the events of the customer’s stream. Sections fed by other streams (stock, agents) renew without a new version.',
  })
  version!: number;

  @Field(() => [ContextSectionEnum], {
    description:
      'Sections that may differ from the reader’s last packet. All of them in the first packet and in a query.',
  })
  changed!: ContextSection[];

  @Field(() => [ContextCause], {
    description:
      'Events since the reader’s last packet, oldest first, the newest 50 at most; merged when packets were. Empty in the first packet without `after` and in a query.',
  })
  causes!: ContextCause[];

  @Field(() => [VisibleDataClass], { description: DATA_CLASSES_DESCRIPTION })
  @Right('customers:read')
  dataClasses!: VisibleDataClass[];

  @Field(() => ContextAsOf, { description: 'How fresh each section is.' })
  asOf!: ContextAsOf;

  @Field(() => ContextProfile, { description: 'Who the person is.' })
  profile!: ContextProfile;

  @Field(() => [ContextIdentity], { description: 'How the person is recognised, oldest first.' })
  identities!: ContextIdentity[];

  @Field(() => [ContextConsent], {
    description:
      'What the person agreed to, denied or took back, by purpose, channel and jurisdiction: of what several members say of one thing the strictest. Not named: nothing was said.',
  })
  consents!: ContextConsent[];

  @Field(() => [ContextConversation], { description: 'Open and recent conversations, newest first, ten at most.' })
  conversations!: ContextConversation[];

  @Field(() => [ContextOrder], { description: 'Orders, newest first, ten at most.' })
  orders!: ContextOrder[];

  @Field(() => ContextBasket, {
    nullable: true,
    description: 'The newest basket over all members, by the source’s clock. Null: none is known, or forgotten.',
  })
  basket!: ContextBasket | null;

  @Field(() => [ContextBrowsing], { description: 'Visits, searches and product views, newest first, ten at most.' })
  browsing!: ContextBrowsing[];

  @Field(() => [ContextOpinion], {
    description: 'Reviews and survey answers, newest first, three of each at most.',
  })
  reviews!: ContextOpinion[];

  @Field(() => [ContextStock], {
    description:
      'Stock of what was ordered, is in the basket or was looked at, what came last first, 20 variants at most.',
  })
  stock!: ContextStock[];

  @Field(() => [ContextRouting], { description: 'Open conversations and who answers them.' })
  routing!: ContextRouting[];

  @Field(() => [ContextService], {
    description:
      'How conversations that are not resolved are served, of those in the packet: signals, clocks of the service level, who takes part.',
  })
  service!: ContextService[];
}

@ObjectType({ description: 'One delivery of `contextPackets`: a packet, or a checkpoint.', simpleResolvers: true })
@Right('context:read')
@OfNobody()
export class ContextPacketPayload {
  @Field(() => String, {
    description: 'Place of this delivery in the journal. Give the last one as `after` to go on without a gap.',
  })
  cursor!: string;

  @Field(() => ContextPacket, {
    nullable: true,
    description: 'The packet. Null: a checkpoint; nothing changed, only the cursor moved on.',
  })
  packet!: ContextPacket | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'A customer who is no longer watched by this subscription (the last conversation went to somebody else or was resolved). Null: nobody left.',
  })
  leftCustomerId!: string | null;
}
