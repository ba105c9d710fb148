import { Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import { Partner as PartnerType, PartnerConnection } from '../../schema/partners/partner.ts';
import { Right } from '../../schema/right.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type { Partner } from '../../services/partners/partner.ts';
import { listPartners } from '../../services/partners/read-partners.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

registerNode({
  kind: 'partner',
  type: 'Partner',
  load: async ({ scope, loaders }, id) => (reachOf(scope.viewer, 'partners:read') ? loaders.partner.load(id) : null),
});

@Resolver()
export class PartnerQueries {
  @Query(() => PartnerConnection, { description: 'All partners, newest first.' })
  @Right('partners:read')
  async partners(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Partner>> {
    return toConnection(await listPartners(scope, readPageRequest(first, after)));
  }
}

@Resolver(() => PartnerType)
export class PartnerFields {
  @FieldResolver(() => [ID], {
    description:
      'Its stores, `loc_…`: it sees the orders that are worked on there. Set by `partnerLocationsSet`. Empty: none.',
  })
  @Right('partners:read')
  async locationIds(@Root() { id }: Partner, @Ctx() { loaders }: Context): Promise<string[]> {
    return (await loaders.locationsOfPartner.load(id)).map(({ locationId }) => locationId);
  }
}
