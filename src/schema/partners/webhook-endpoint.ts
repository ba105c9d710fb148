import { Field, ID, InputType, ObjectType } from 'type-graphql';

import type { WebhookDisabledReason } from '../../values/webhooks.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { WebhookDisabledReasonEnum } from '../vocabulary.ts';

const URL =
  'Where events are posted to: `https:`, a host of the internet, a port for the web, no name and password in it.';
const DOCUMENT =
  'A GraphQL document with one subscription to events, for example `subscription { orderEvents { cursor event { type orderId status } } }`. It runs anew at every attempt; what it answers is the body.';
const KEY = 'The API key whose rights decide what is sent, as they are at each attempt.';

@ObjectType({
  description:
    'A time in which nothing was queued for a webhook endpoint, because its key could not have what its document asks for. Deliveries that were queued before are WITHHELD.',
})
@Right('webhooks:write')
export class WebhookGap {
  @Field(() => DateTime, { description: 'When it began, by our clock.' })
  since!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was over. Null: it lasts.' })
  until!: Date | null;

  @Field(() => String, { description: 'Why: a sentence in English that names the right or what is wrong.' })
  reason!: string;

  @Field(() => String, {
    description:
      'Place before it: `webhookEndpointReplay` behind it sends what was left out, as far as the journal is kept.',
  })
  cursor!: string;
}

@ObjectType({
  implements: Node,
  description: 'Where events are posted to, signed by Standard Webhooks; which ones, and how they look.',
})
@Right('webhooks:write')
export class WebhookEndpoint extends Node {
  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => String, { description: URL })
  url!: string;

  @Field(() => String, { description: DOCUMENT })
  document!: string;

  @Field(() => ID, { description: KEY })
  keyId!: string;

  @Field(() => String, { description: 'How its secret begins, to tell secrets apart.' })
  secretPrefix!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when the secret before the last rotation signs too. Null: it does not, or there was none.',
  })
  earlierSecretUntil!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Since when no attempt has succeeded. Null: the newest one did, or there was none.',
  })
  failingSince!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Since when nothing is sent. Null: events are sent.',
  })
  disabledAt!: Date | null;

  @Field(() => WebhookDisabledReasonEnum, {
    nullable: true,
    description: 'Why nothing is sent. Null: events are sent.',
  })
  disabledReason!: WebhookDisabledReason | null;

  @Field(() => ID, { description: 'Principal of who registered it.' })
  createdBy!: string;

  @Field(() => DateTime, { description: 'When it was registered, by our clock.' })
  createdAt!: Date;
}
export const WebhookEndpointConnection = connectionOf(WebhookEndpoint, 'WebhookEndpoint', 'webhooks:write');

const VARIABLES = 'Values of the document’s variables, as the text of a JSON object.';

@InputType({ description: 'A new webhook endpoint.' })
export class WebhookEndpointCreateInput {
  @Field(() => String, { description: 'Name for people. 1 to 100 characters.' })
  name!: string;

  @Field(() => String, { description: URL })
  url!: string;

  @Field(() => String, { description: DOCUMENT })
  document!: string;

  @Field(() => String, { nullable: true, description: `${VARIABLES} Null or absent: none.` })
  variables?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: `${KEY} Null or absent: your own. Another one asks for \`access:write\`, and may have no right that you lack.`,
  })
  keyId?: string | null;
}

@InputType({ description: 'What changes of a webhook endpoint; null or absent stays.' })
export class WebhookEndpointUpdateInput {
  @Field(() => String, { nullable: true, description: 'Name for people. 1 to 100 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: URL })
  url?: string | null;

  @Field(() => String, { nullable: true, description: DOCUMENT })
  document?: string | null;

  @Field(() => String, { nullable: true, description: VARIABLES })
  variables?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: `${KEY} Absent: it stays; where you reach your own endpoints only, it is your key from now on.`,
  })
  keyId?: string | null;
}

const REFUSED = 'Why it was refused. Empty: it was done.';

@ObjectType({ description: 'Answer of `webhookEndpointCreate` and `webhookEndpointRotateSecret`.' })
@Right('webhooks:write')
export class WebhookEndpointSecretPayload {
  @Field(() => WebhookEndpoint, {
    nullable: true,
    description: 'The endpoint as it is now. Null: refused, see `userErrors`.',
  })
  webhookEndpoint!: WebhookEndpoint | null;

  @Field(() => String, {
    nullable: true,
    description: 'The secret that signs, `whsec_…`. Shown this once. Null: refused, or a repeat of an earlier call.',
  })
  secret!: string | null;

  @Field(() => [UserError], { description: REFUSED })
  userErrors!: UserError[];
}

@ObjectType({
  description:
    'Answer of `webhookEndpointUpdate`, `webhookEndpointEnable`, `webhookEndpointDisable` and `webhookEndpointReplay`.',
})
@Right('webhooks:write')
export class WebhookEndpointPayload {
  @Field(() => WebhookEndpoint, {
    nullable: true,
    description: 'The endpoint as it is now. Null: refused, see `userErrors`.',
  })
  webhookEndpoint!: WebhookEndpoint | null;

  @Field(() => [UserError], { description: REFUSED })
  userErrors!: UserError[];
}
