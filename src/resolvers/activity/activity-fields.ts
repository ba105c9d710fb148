import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { ActivityConnection, type Activity } from '../../schema/activity/activity.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { Customer } from '../../schema/customers/customer.ts';
import { Right } from '../../schema/right.ts';
import { ActivityKindEnum } from '../../schema/vocabulary.ts';
import type { Customer as CustomerRow } from '../../services/customers/customer.ts';
import { readPageRequest } from '../../values/page.ts';
import type { ActivityKind } from '../../values/vocabulary.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerActivityNodes } from './activity-nodes.ts';

registerActivityNodes();

@Resolver(() => Customer)
export class CustomerActivityFields {
  @FieldResolver(() => ActivityConnection, {
    description:
      'Touches without a message under all of the person’s customer ids, newest first. What was viewed lately is `kinds: [PRODUCT_VIEW]`. Where BEHAVIOUR is hidden from you (`dataClasses`), reviews and answers of surveys alone.',
  })
  @Right('activity:read')
  async activities(
    @Root() { id }: CustomerRow,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
    @Arg('kinds', () => [ActivityKindEnum], {
      nullable: true,
      description: 'Of these kinds only. Null or absent: of all.',
    })
    kinds?: ActivityKind[] | null,
  ): Promise<Connection<Activity>> {
    const request = readPageRequest(first, after);
    return toConnection(await loaders.activitiesOfPerson(kinds ?? null).load({ id, request }));
  }
}
