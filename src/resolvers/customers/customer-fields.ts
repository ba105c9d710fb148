import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Customer, Identity } from '../../schema/customers/customer.ts';
import { Right } from '../../schema/right.ts';
import type { Customer as CustomerRow, Identity as IdentityRow } from '../../services/customers/customer.ts';
import type { Context } from '../context.ts';

@Resolver(() => Customer)
export class CustomerFields {
  @FieldResolver(() => [Identity], {
    description: 'Identifiers of the person under all of their customer ids, the oldest first, 100 at most.',
  })
  @Right('customers:read')
  identities(@Root() customer: CustomerRow, @Ctx() { loaders }: Context): Promise<IdentityRow[]> {
    return loaders.identitiesOfPerson.load(customer.id);
  }
}
