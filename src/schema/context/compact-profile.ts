import { Field, ObjectType } from 'type-graphql';

import type { Channel } from '../../values/vocabulary.ts';
import { Right } from '../right.ts';
import { ChannelEnum } from '../vocabulary.ts';

@ObjectType({ description: 'What to know of a person when a contact begins, in five fields.' })
@Right('customers:read')
export class CompactProfile {
  @Field(() => String, { nullable: true, description: 'Name to greet with. Null: nobody told us.' })
  displayName!: string | null;

  @Field(() => ChannelEnum, { nullable: true, description: 'Channel the person prefers. Null: no preference known.' })
  preferredChannel!: Channel | null;

  @Field(() => String, {
    nullable: true,
    description:
      'How the financing of the purchases stands: the trait `financing_status`, in the source’s words. Null: nothing is known, nothing is financed, or TRAITS are hidden from you: `Customer.dataClasses`.',
  })
  financingStatus!: string | null;

  /** Whose it is: what the relations are read by. */
  customerId!: string;
}
