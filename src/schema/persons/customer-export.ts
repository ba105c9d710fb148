import { Field, ObjectType } from 'type-graphql';

import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

@ObjectType({
  description:
    'Where everything that is kept of a person can be fetched: paths on this server, good for five minutes without a key. docs/erasure.md says what is in it.',
  simpleResolvers: true,
})
@Right('exports:read')
export class CustomerExport {
  @Field(() => String, { description: 'Path of the export as JSON, for programs.' })
  jsonPath!: string;

  @Field(() => String, { description: 'Path of the export as a page that needs nothing besides itself, for people.' })
  htmlPath!: string;

  @Field(() => DateTime, { description: 'Until when both are good.' })
  expiresAt!: Date;
}
