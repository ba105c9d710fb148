import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import {
  Erasure,
  ErasureConnection,
  ErasureRequestPayload,
  ErasedRows,
  SuppressionLiftInput,
  SuppressionLiftPayload,
} from '../../schema/persons/erasure.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type { Erasure as Row } from '../../services/persons/erasure.ts';
import { erasePerson } from '../../services/persons/erase-person.ts';
import { letInAgain } from '../../services/persons/let-in-again.ts';
import { erasureById, listErasures } from '../../services/persons/read-erasures.ts';
import { readPageRequest } from '../../values/page.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

const ifVisible = async ({ scope }: Pick<Context, 'scope'>, id: string) =>
  reachOf(scope.viewer, 'erasures:read') ? erasureById(scope, id) : null;
registerNode({ kind: 'erasure', type: 'Erasure', load: ifVisible });

@Resolver(() => Erasure)
export class ErasureFields {
  @FieldResolver(() => [ErasedRows], { description: 'What was removed, by table in the order of their names.' })
  @Right('erasures:read')
  erasedRows(@Root() { counts }: Row): ErasedRows[] {
    return Object.entries(counts)
      .map(([table, rows]) => ({ table, rows }))
      .sort((a, b) => (a.table < b.table ? -1 : 1));
  }
}

@Resolver()
export class ErasureQueries {
  @Query(() => ErasureConnection, { description: 'Certificates of persons who were erased, the newest first.' })
  @Right('erasures:read')
  async erasures(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Row>> {
    return toConnection(await listErasures(scope, readPageRequest(first, after)));
  }
}

@Resolver()
export class ErasureMutations {
  @Mutation(() => ErasureRequestPayload, {
    description:
      'Erases a person for good: everything of all customers that are one person now, in one go. Orders and stock keep their figures, without the person. Whoever watches them hears `CUSTOMER_ERASED`, and their streams end. Refused: NOT_FOUND (also: erased before), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('erasures:write')
  erasureRequest(
    @Ctx() { scope, installation, suppressionDays }: Context,
    @Arg('customerId', () => ID, { description: 'Any customer id of the person, `cus_…`.' }) customerId: string,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'erasureRequest', key, input: { customerId } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        erasureId: await erasePerson(tx, customerId, { suppressionDays }),
      }));
      return { erasure: await ifVisible({ scope }, ids.erasureId) };
    });
  }

  @Mutation(() => SuppressionLiftPayload, {
    description:
      'Takes in again what comes under an identity that somebody was erased with, because they came back by themselves. They begin as somebody new. Refused: NOT_FOUND (nobody was erased with it), INVALID_INPUT.',
  })
  @Right('erasures:write')
  suppressionLift(
    @Ctx() { scope }: Context,
    @Arg('input', () => SuppressionLiftInput, { description: 'The identity.' }) input: SuppressionLiftInput,
  ) {
    return answer(async () => {
      await letInAgain(scope, input);
      return { lifted: true };
    });
  }
}
