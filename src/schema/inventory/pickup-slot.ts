import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

@ObjectType({ description: 'A time at a location at which so many people can pick up.', simpleResolvers: true })
@Right('stock:read')
export class PickupSlot {
  @Field(() => ID, { description: 'Id of the slot, `slt_…`.' })
  id!: string;

  @Field(() => ID, { description: 'The location, `loc_…`.' })
  locationId!: string;

  @Field(() => DateTime, { description: 'From when.' })
  startsAt!: Date;

  @Field(() => DateTime, { description: 'Until when.' })
  endsAt!: Date;

  @Field(() => Int, { description: 'People who can pick up then. Whole, at least 0.' })
  capacity!: number;

  @Field(() => Int, { description: 'People who do. Whole, `capacity` at most.' })
  taken!: number;
}

@InputType({ description: 'A slot as it is offered: known by its location and its beginning.' })
export class PickupSlotInput {
  @Field(() => DateTime, { description: 'From when.' })
  startsAt!: Date;

  @Field(() => DateTime, { description: 'Until when: after its beginning, a day later at most.' })
  endsAt!: Date;

  @Field(() => Int, { description: 'People who can pick up then. Whole, 0 to 10,000; those who do at least.' })
  capacity!: number;
}

@ObjectType({ description: 'Answer of `pickupSlotsSet`.' })
@Right('stock:write')
export class PickupSlotsPayload {
  @Field(() => [PickupSlot], {
    nullable: true,
    description:
      'The slots as they are now, the earliest first. Null: refused, see `userErrors`, or you may not read them.',
  })
  slots!: PickupSlot[] | null;

  @Field(() => [UserError], { description: 'Why it was refused: then nothing changed. Empty: it was done.' })
  userErrors!: UserError[];
}
