import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';

import { Customer } from '../../schema/customers/customer.ts';
import { CustomerMerge, CustomerMergePayload, CustomerUnmergePayload } from '../../schema/customers/merge.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { mergeCustomers } from '../../services/context/merge-customers.ts';
import { previewMerge, type MergePreview } from '../../services/context/preview-merge.ts';
import { unmergeCustomer } from '../../services/conversations/unmerge-customer.ts';
import type { Customer as CustomerRow } from '../../services/customers/customer.ts';
import type { Merge } from '../../services/customers/merging/read-merges.ts';
import { customersByIds } from '../../services/customers/read-customers.ts';
import type { Scope } from '../../services/scope.ts';
import { JOINED_KINDS } from '../../values/merges.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';

@Resolver()
export class MergeMutations {
  @Mutation(() => CustomerMergePayload, {
    description:
      'Makes several customers one person: that of the first id goes on with its profile, all other ids lead to it from then on. Rows stay under the ids that they arrived under; conversations go on replying to the address that they came from. Streams of the others end with `customer.merged`, and whoever watches any of them gets a complete packet. Costs the same however much there is of them, and `customerUnmerge` takes it back. Who is one person already is left as they are. Asks the right `customers:read` too. Refused: INVALID_INPUT, NOT_FOUND, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('customers:merge')
  customerMerge(
    @Ctx() { scope, installation }: Context,
    @Arg('ids', () => [ID], {
      description: 'Any customer ids of 2 to 20 persons, `cus_…`; the person of the first one goes on.',
    })
    ids: string[],
    @Arg('dryRun', () => Boolean, {
      nullable: true,
      description: 'True: only say what would be joined and in what they contradict. Null or absent: false.',
    })
    dryRun: boolean | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      if (dryRun) {
        const { joined } = await mergeCustomers(scope, ids, { dryRun });
        return { preview: toPreview(await previewMerge(scope, joined)), customer: null };
      }
      const act = { mutation: 'customerMerge', key, input: { ids } };
      const done = await idempotently(scope, installation, act, async (tx) => {
        const { personId, joined } = await mergeCustomers(tx, ids);
        const persons = joined.map(({ customerId, memberIds }) => ({
          customerId,
          members: memberIds.map((memberId) => ({ memberId })),
        }));
        return { personId, persons };
      });
      const joined = done.ids.persons.map(({ customerId, members }) => ({
        customerId,
        memberIds: members.map(({ memberId }) => memberId),
      }));
      const preview = await previewMerge(scope, joined);
      const [customer] = await visible(scope, [done.ids.personId!]);
      return { preview: toPreview(preview), customer: customer ?? null };
    });
  }

  @Mutation(() => CustomerUnmergePayload, {
    description:
      'Takes a merge back: a customer who was merged is a person of its own again, with everybody who had been merged into it before; of a person, everybody who was merged into it leaves. Each has what arrived under it, before and since: in a conversation of both, the words and the address of each become a conversation of their own. Streams go on at their next version with `customer.unmerged`. Refused: NOT_FOUND, NOT_MERGED, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('customers:merge')
  customerUnmerge(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, {
      description:
        'The customer who is to leave, `cus_…`, as `Customer.memberIds` names it; or the person that all are to leave.',
    })
    id: string,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'customerUnmerge', key, input: { id } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        persons: (await unmergeCustomer(tx, id)).map((personId) => ({ personId })),
      }));
      const persons = await visible(
        scope,
        ids.persons.map(({ personId }) => personId),
      );
      return { customers: persons.filter((person) => person !== null) };
    });
  }
}

@Resolver(() => Customer)
export class CustomerMergeFields {
  @FieldResolver(() => [ID], {
    description: 'All customer ids that are this person now, its own first: each of them leads here. At least one.',
  })
  @Right('customers:read')
  memberIds(@Root() { id }: CustomerRow, @Ctx() { loaders }: Context): Promise<string[]> {
    return loaders.memberIdsOfPerson.load(id);
  }

  @FieldResolver(() => [CustomerMerge], {
    description: 'Who was merged into this person, and what of it was taken back, the newest first; 100 at most.',
  })
  @Right('customers:merge')
  merges(@Root() { id }: CustomerRow, @Ctx() { loaders }: Context): Promise<Merge[]> {
    return loaders.mergesOfPerson.load(id);
  }
}

function toPreview(preview: MergePreview | null) {
  if (!preview) return null;
  const { persons, strong, ...same } = preview;
  return {
    ...same,
    strongConflicts: strong,
    persons: persons.map(({ counts, ...person }) => ({
      ...person,
      counts: JOINED_KINDS.flatMap((kind) => (counts[kind] === null ? [] : [{ kind, count: counts[kind] }])),
    })),
  };
}

/** Merging alone does not show what is there. */
async function visible(scope: Scope, ids: readonly string[]): Promise<(CustomerRow | null)[]> {
  return reachOf(scope.viewer, 'customers:read') === null ? [] : customersByIds(scope, ids);
}
