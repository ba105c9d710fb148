import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { MomentText } from '../../values/context-packet.ts';
import type {
  AuthorKind,
  Channel,
  ConversationStatus,
  DeliveryState,
  Direction,
  IssueType,
  Outcome,
  PartyKind,
  Presence,
  Priority,
} from '../../values/vocabulary.ts';
import { SWITCH_ADVICE, SwitchAdvice } from '../conversations/switch-advice.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import {
  AuthorKindEnum,
  ChannelEnum,
  ConversationStatusEnum,
  DeliveryStateEnum,
  DirectionEnum,
  IssueTypeEnum,
  OutcomeEnum,
  PartyKindEnum,
  PresenceEnum,
  PriorityEnum,
} from '../vocabulary.ts';

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

  @Field(() => SwitchAdvice, { nullable: true, description: SWITCH_ADVICE })
  @Right('triage:read')
  switchAdvice!: SwitchAdvice | null;

  @Field(() => [ContextMessage], { description: 'The last ten public messages, oldest first.' })
  messages!: ContextMessage[];

  @Field(() => [ContextMessage], {
    description: 'The last ten internal notes, oldest first. Asks the right `notes:read`.',
  })
  @Right('notes:read')
  notes!: ContextMessage[];
}
