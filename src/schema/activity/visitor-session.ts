import { Field, ID, InputType, ObjectType } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ActivityIdentityInput } from './activity-input.ts';

@InputType({ description: 'A browser that begins, or goes on with, its session. All empty: a new anonymous visitor.' })
export class VisitorSessionStartInput {
  @Field(() => String, {
    nullable: true,
    description: 'Inbox that this browser chats with: its id or external id. Null or absent: as before, or none.',
  })
  inbox?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Token that this browser had before; it may have ended up to 30 days ago. The same visitor goes on. Null or absent: a new one.',
  })
  visitorToken?: string | null;

  @Field(() => ActivityIdentityInput, {
    nullable: true,
    description:
      'Who it is: a shopper who logged in, told by the shop’s backend. Asks the right `customers:write`. What the visitor of `visitorToken` did becomes theirs, and that token ends. Null or absent: anonymous.',
  })
  identity?: ActivityIdentityInput | null;

  @Field(() => String, {
    nullable: true,
    description: 'Origin of the page, for your own records, up to 300 characters. Null or absent: not told.',
  })
  origin?: string | null;
}

@ObjectType({ description: 'Answer of `visitorSessionStart`.' })
@Right('sessions:write')
export class VisitorSessionStartPayload {
  @Field(() => String, {
    nullable: true,
    description:
      'Bearer token for this browser alone. Null: refused, or the idempotency key was used before (a token is shown once).',
  })
  token!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the token ends; start again with it before or up to 30 days after. Null: refused.',
  })
  expiresAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'Customer that the token speaks for, `cus_…`. Null: refused.' })
  customerId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The session, `vis_…`. Of an anonymous browser also its identity `VISITOR_ID`; `viewerRevoke` takes it as `visitor:` and this. Null: refused.',
  })
  visitorId!: string | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
