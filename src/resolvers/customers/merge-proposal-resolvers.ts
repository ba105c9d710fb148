import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import { Customer } from '../../schema/customers/customer.ts';
import {
  MergeProposal,
  MergeProposalAcceptPayload,
  MergeProposalConnection,
  MergeProposalFilter,
  MergeProposalRejectPayload,
} from '../../schema/customers/merge-proposal.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type { Customer as CustomerRow } from '../../services/customers/customer.ts';
import { acceptProposal } from '../../services/customers/proposals/accept-proposal.ts';
import {
  listProposals,
  type MergeProposal as Row,
  proposalById,
} from '../../services/customers/proposals/read-proposals.ts';
import { rejectProposal } from '../../services/customers/proposals/reject-proposal.ts';
import { customersByIds } from '../../services/customers/read-customers.ts';
import { readPageRequest } from '../../values/page.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

registerNode({
  kind: 'mergeProposal',
  type: 'MergeProposal',
  load: async ({ scope }, id) => (reachOf(scope.viewer, 'customers:merge') ? proposalById(scope, id) : null),
});

@Resolver(() => MergeProposal)
export class MergeProposalFields {
  @FieldResolver(() => [Customer], {
    description:
      'The persons that the two are now: two, or one after a merge; none that you may not see. Asks the right `customers:read`.',
  })
  @Right('customers:read')
  async customers(@Root() { oneId, otherId }: Row, @Ctx() { loaders }: Context): Promise<CustomerRow[]> {
    const persons = await Promise.all([oneId, otherId].map((id) => loaders.customer.load(id)));
    return [...new Map(persons.flatMap((person) => (person ? [[person.id, person] as const] : []))).values()];
  }
}

@Resolver()
export class MergeProposalQueries {
  @Query(() => MergeProposalConnection, {
    description:
      'Persons that may be one, the newest proposals first. Made by the minute of whoever came or changed, and by `npm run identity -- propose`. Open ones whose persons a merge has settled are left out.',
  })
  @Right('customers:merge')
  async mergeProposals(
    @Ctx() { scope }: Context,
    @Arg('filter', () => MergeProposalFilter, { nullable: true, description: 'Which ones. Null or absent: all.' })
    filter: MergeProposalFilter | null,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Row>> {
    return toConnection(await listProposals(scope, filter ?? {}, readPageRequest(first, after)));
  }
}

const PROPOSAL_ID = { description: 'The proposal, `mpr_…`.' };

@Resolver()
export class MergeProposalMutations {
  @Mutation(() => MergeProposalAcceptPayload, {
    description:
      'Makes the two of a proposal one person: who arrived first goes on. `customerMerge` with `dryRun` shows before what would be joined; `customerUnmerge` takes it back. Refused: NOT_FOUND, CONFLICT (it was decided before), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('customers:merge')
  mergeProposalAccept(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, PROPOSAL_ID) id: string,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'mergeProposalAccept', key, input: { id } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        personId: await acceptProposal(tx, id),
      }));
      const isVisible = reachOf(scope.viewer, 'customers:read') !== null;
      const [customer] = isVisible ? await customersByIds(scope, [ids.personId]) : [];
      return { mergeProposal: await proposalById(scope, id), customer: customer ?? null };
    });
  }

  @Mutation(() => MergeProposalRejectPayload, {
    description:
      'Says that the two of a proposal are two persons: they are never proposed again, and nothing merges them by itself. Refused: NOT_FOUND, CONFLICT (it was decided before), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('customers:merge')
  mergeProposalReject(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, PROPOSAL_ID) id: string,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'mergeProposalReject', key, input: { id } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: await rejectProposal(tx, id),
      }));
      return { mergeProposal: await proposalById(scope, ids.id) };
    });
  }
}
