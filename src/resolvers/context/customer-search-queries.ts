import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';

import { CustomerSearchConnection } from '../../schema/context/customer-search.ts';
import { Right } from '../../schema/right.ts';
import { searchCustomers } from '../../services/context/search-customers.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';

@Resolver()
export class CustomerSearchQueries {
  @Query(() => CustomerSearchConnection, {
    description:
      'Persons that you may see, by name (parts, any order, misspelt, marks left out), identity, order number or conversation reference; the best first. The best few hundred are found: type more to narrow it.',
  })
  @Right('customers:read')
  async customerSearch(
    @Ctx() { scope }: Context,
    @Arg('query', () => String, { description: 'What was typed, 2 to 200 characters.' }) query: string,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ) {
    const { first: wanted } = readPageRequest(first, null);
    const { found, hasNextPage } = await searchCustomers(scope, query, { first: wanted, after: after ?? null });
    const edges = found.map(({ customer, ...edge }) => ({ ...edge, node: customer }));
    return {
      edges,
      nodes: edges.map(({ node }) => node),
      pageInfo: {
        hasNextPage,
        hasPreviousPage: false,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
    };
  }
}
