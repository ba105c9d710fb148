import { Field, InputType, ObjectType } from 'type-graphql';

import type { Channel, InboxRouting } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { ChannelEnum, InboxRoutingEnum } from '../vocabulary.ts';
import { BusinessHoursInput } from './business-hours.ts';
import { Inbox } from './inbox.ts';

@InputType({ description: 'A secret that the channel of an inbox asks of us.' })
export class CredentialInput {
  @Field(() => String, { description: 'What it is: small letters, digits and `_`, 50 at most. Each name once.' })
  name!: string;

  @Field(() => String, { description: 'The secret, 1 to 10,000 characters. Kept encrypted; nobody can read it back.' })
  value!: string;
}

@InputType({ description: 'A new inbox.' })
export class InboxCreateInput {
  @Field(() => ChannelEnum, { description: 'The medium. Never changes.' })
  channel!: Channel;

  @Field(() => String, {
    description:
      'Name by which systems call it, as in the path of its hook. Unique; 1 to 100 letters, digits or `. _ : ~ -`, a letter or digit first. Never changes.',
  })
  externalId!: string;

  @Field(() => String, { description: 'Name for people, 1 to 200 characters.' })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The address customers write to, up to 320 characters. Null or absent: the channel has none.',
  })
  address?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Brand it speaks for, up to 100 characters. Null or absent: the only one.',
  })
  brand?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Country it serves, two capital letters of ISO 3166-1: national phone numbers are read in it. Null or absent: several.',
  })
  market?: string | null;

  @Field(() => BusinessHoursInput, { nullable: true, description: 'When it is staffed. Null or absent: always.' })
  businessHours?: BusinessHoursInput | null;

  @Field(() => [CredentialInput], {
    nullable: true,
    description: 'What its channel asks of us, 20 at most. Null or absent: nothing.',
  })
  credentials?: CredentialInput[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Where messages to its customers are handed over: `https://…`, up to 2,000 characters, without user, password and fragment. Null or absent: it has no bridge.',
  })
  bridgeUrl?: string | null;

  @Field(() => InboxRoutingEnum, {
    nullable: true,
    description: 'How its conversations come to agents. Null or absent: ON_REQUEST.',
  })
  routing?: InboxRouting | null;
}

@InputType({ description: 'What changes of an inbox. Absent stays as it is; null takes away, where that can be.' })
export class InboxUpdateInput {
  @Field(() => String, { nullable: true, description: 'Name for people, 1 to 200 characters. Null stays too.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'The address customers write to, up to 320 characters.' })
  address?: string | null;

  @Field(() => String, { nullable: true, description: 'Brand it speaks for, up to 100 characters.' })
  brand?: string | null;

  @Field(() => String, { nullable: true, description: 'Country it serves, two capital letters of ISO 3166-1.' })
  market?: string | null;

  @Field(() => BusinessHoursInput, { nullable: true, description: 'When it is staffed.' })
  businessHours?: BusinessHoursInput | null;

  @Field(() => [CredentialInput], {
    nullable: true,
    description: 'All credentials from now on, 20 at most: those that are not named are gone.',
  })
  credentials?: CredentialInput[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Where messages to its customers are handed over. The first address makes the secret that signs for it; null forgets both.',
  })
  bridgeUrl?: string | null;

  @Field(() => InboxRoutingEnum, {
    nullable: true,
    description: 'How its conversations come to agents from now on. Null stays too.',
  })
  routing?: InboxRouting | null;
}

@ObjectType({ description: 'Answer of `inboxCreate`.' })
@Right('inboxes:write')
export class InboxCreatePayload {
  @Field(() => Inbox, { nullable: true, description: 'The inbox. Null: refused, see `userErrors`.' })
  @Right('conversations:read')
  inbox!: Inbox | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What signs requests to its hook, `whsec_…` of Standard Webhooks. Shown this once. Null: refused, or a repeat of an earlier call.',
  })
  hookSecret!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What signs requests to its bridge, `whsec_…`. Shown this once. Null: refused, it has no bridge, or a repeat of an earlier call.',
  })
  bridgeSecret!: string | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'One of the inboxes that `inboxesCreate` made.' })
@Right('inboxes:write')
export class CreatedInbox {
  @Field(() => Inbox, { nullable: true, description: 'The inbox. Null: you may not read inboxes.' })
  @Right('conversations:read')
  inbox!: Inbox | null;

  @Field(() => String, {
    nullable: true,
    description: 'What signs requests to its hook. Shown this once. Null: a repeat of an earlier call.',
  })
  hookSecret!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What signs requests to its bridge. Shown this once. Null: it has none, or a repeat of an earlier call.',
  })
  bridgeSecret!: string | null;
}

@ObjectType({ description: 'Answer of `inboxesCreate`.' })
@Right('inboxes:write')
export class InboxesCreatePayload {
  @Field(() => [CreatedInbox], {
    nullable: true,
    description: 'The inboxes in the order of the input. Null: refused, see `userErrors`.',
  })
  created!: CreatedInbox[] | null;

  @Field(() => [UserError], {
    description:
      'Why it was refused: `field` names the one at fault by its place, from 0; none was made. Empty: it was done.',
  })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `inboxUpdate`.' })
@Right('inboxes:write')
export class InboxUpdatePayload {
  @Field(() => Inbox, { nullable: true, description: 'The inbox as it is now. Null: refused, see `userErrors`.' })
  @Right('conversations:read')
  inbox!: Inbox | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What signs requests to its bridge from now on, `whsec_…`. Shown this once. Null: refused, or the bridge had a secret before.',
  })
  bridgeSecret!: string | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `inboxRotateSecret`.' })
@Right('inboxes:write')
export class InboxRotateSecretPayload {
  @Field(() => Inbox, { nullable: true, description: 'The inbox as it is now. Null: refused, see `userErrors`.' })
  @Right('conversations:read')
  inbox!: Inbox | null;

  @Field(() => String, {
    nullable: true,
    description: 'What signs requests to its hook from now on. Shown this once. Null: refused, or a repeat.',
  })
  hookSecret!: string | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
