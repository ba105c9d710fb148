import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';

import { toConnection, type Connection } from '../../schema/connection.ts';
import { Customer, CustomerConnection, CustomerFilter } from '../../schema/customers/customer.ts';
import { Right } from '../../schema/right.ts';
import { IdentityKindEnum } from '../../schema/vocabulary.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type { Customer as CustomerRow } from '../../services/customers/customer.ts';
import { customerByIdentity, listCustomers } from '../../services/customers/read-customers.ts';
import { readPageRequest } from '../../values/page.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

registerNode({
  kind: 'customer',
  type: 'Customer',
  load: async ({ scope, loaders }, id) =>
    reachOf(scope.viewer, 'customers:read') === null ? null : loaders.customer.load(id),
});

@Resolver()
export class CustomerQueries {
  @Query(() => Customer, {
    nullable: true,
    description:
      'A person by any of their customer ids; after a merge the survivor. Null: there is none, or it is not visible to you.',
  })
  @Right('customers:read')
  customer(
    @Ctx() { loaders }: Context,
    @Arg('id', () => ID, { description: 'Any customer id of the person, `cus_…`.' }) id: string,
  ): Promise<CustomerRow | null> {
    return loaders.customer.load(id);
  }

  @Query(() => Customer, {
    nullable: true,
    description:
      'The person who has an identity. Null: nobody has it, it is malformed, the person is not visible to you, or your key looks at CONTACT for no purpose.',
  })
  @Right('customers:read')
  customerByIdentity(
    @Ctx() { scope }: Context,
    @Arg('kind', () => IdentityKindEnum, { description: 'What the value is.' }) kind: IdentityKind,
    @Arg('value', () => String, {
      description:
        'The identifier in any spelling that means the same. A phone number without + and the country is found when only one known number is written so at home.',
    })
    value: string,
  ): Promise<CustomerRow | null> {
    return customerByIdentity(scope, kind, value);
  }

  @Query(() => CustomerConnection, { description: 'Persons that you may see, who arrived last first.' })
  @Right('customers:read')
  async customers(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
    @Arg('filter', () => CustomerFilter, { nullable: true, description: 'Which ones. Null or absent: all.' })
    filter: CustomerFilter | null,
  ): Promise<Connection<CustomerRow>> {
    return toConnection(await listCustomers(scope, readPageRequest(first, after), filter ?? {}));
  }
}
