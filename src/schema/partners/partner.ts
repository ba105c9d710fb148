import { Field, ObjectType } from 'type-graphql';

import type { PartnerKind } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { PartnerKindEnum } from '../vocabulary.ts';

@ObjectType({
  implements: Node,
  description: 'Who sees some orders: a carrier, a marketplace, a store chain.',
  simpleResolvers: true,
})
@Right('partners:read')
export class Partner extends Node {
  @Field(() => String, { description: 'Name by which systems know the partner. Unique.' })
  externalId!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => PartnerKindEnum, { description: 'What the partner does.' })
  kind!: PartnerKind;

  @Field(() => DateTime, { description: 'When the partner was first recorded, by the server’s clock.' })
  createdAt!: Date;
}

export const PartnerConnection = connectionOf(Partner, 'Partner', 'partners:read');
