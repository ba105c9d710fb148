import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import {
  LegalHoldConnection,
  LegalHoldInput,
  LegalHoldPayload,
  RetentionPreview,
  RetentionRule,
  RetentionRuleInput,
  RetentionRulesPayload,
} from '../../schema/persons/retention.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type { LegalHold } from '../../services/persons/legal-hold.ts';
import {
  legalHoldById,
  listLegalHolds,
  placeLegalHold,
  releaseLegalHold,
} from '../../services/persons/place-legal-hold.ts';
import { previewRetention } from '../../services/persons/preview-retention.ts';
import type { RetentionRule as RuleRow } from '../../services/persons/retention-rule.ts';
import {
  readRetentionRules,
  removeRetentionRule,
  setRetentionRule,
} from '../../services/persons/set-retention-rule.ts';
import { readPageRequest } from '../../values/page.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

const ifVisible = async ({ scope }: Pick<Context, 'scope'>, id: string) =>
  reachOf(scope.viewer, 'retention:read') ? legalHoldById(scope, id) : null;
registerNode({ kind: 'legalHold', type: 'LegalHold', load: ifVisible });

const rulesIfVisible = async ({ scope }: Pick<Context, 'scope'>) =>
  reachOf(scope.viewer, 'retention:read') ? readRetentionRules(scope) : null;

@Resolver()
export class RetentionQueries {
  @Query(() => [RetentionRule], { description: 'How long data is kept: one rule for a class and a market.' })
  @Right('retention:read')
  retentionRules(@Ctx() { scope }: Context): Promise<RuleRow[]> {
    return readRetentionRules(scope);
  }

  @Query(() => [RetentionPreview], {
    description:
      'What the rules would remove if they were applied now. Nothing is changed. Counts what is due: not for every minute.',
  })
  @Right('retention:read')
  retentionPreview(@Ctx() { scope }: Context) {
    return previewRetention(scope);
  }

  @Query(() => LegalHoldConnection, {
    description: 'Holds on persons and orders, the newest first, also those that were released.',
  })
  @Right('retention:read')
  async legalHolds(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<LegalHold>> {
    return toConnection(await listLegalHolds(scope, readPageRequest(first, after)));
  }
}

@Resolver()
export class RetentionMutations {
  @Mutation(() => RetentionRulesPayload, {
    description:
      'Says how long a class of data is kept in a market. It is applied every ten minutes; look at `retentionPreview` first. The same again changes nothing. Refused: INVALID_INPUT.',
  })
  @Right('retention:write')
  retentionRuleSet(
    @Ctx() { scope }: Context,
    @Arg('input', () => RetentionRuleInput, { description: 'The rule.' }) input: RetentionRuleInput,
  ) {
    return answer(async () => {
      await setRetentionRule(scope, input);
      return { retentionRules: await rulesIfVisible({ scope }) };
    });
  }

  @Mutation(() => RetentionRulesPayload, {
    description:
      'Takes a rule away: what it was about is kept, or falls under the rule for all markets. Refused: NOT_FOUND.',
  })
  @Right('retention:write')
  retentionRuleRemove(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, { description: 'The rule, `rtr_…`.' }) id: string,
  ) {
    return answer(async () => {
      await removeRetentionRule(scope, id);
      return { retentionRules: await rulesIfVisible({ scope }) };
    });
  }

  @Mutation(() => LegalHoldPayload, {
    description:
      'Keeps a person, or an order with its person, from being erased and from every rule, until it is released. Refused: NOT_FOUND, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('retention:write')
  legalHoldPlace(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => LegalHoldInput, { description: 'Whom or what, and why.' }) input: LegalHoldInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'legalHoldPlace', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        holdId: await placeLegalHold(tx, input),
      }));
      return { legalHold: await ifVisible({ scope }, ids.holdId) };
    });
  }

  @Mutation(() => LegalHoldPayload, {
    description:
      'Ends a hold: what is past its time goes from then on. Refused: NOT_FOUND, CONFLICT (released before).',
  })
  @Right('retention:write')
  legalHoldRelease(@Ctx() { scope }: Context, @Arg('id', () => ID, { description: 'The hold, `lgh_…`.' }) id: string) {
    return answer(async () => ({ legalHold: await ifVisible({ scope }, await releaseLegalHold(scope, id)) }));
  }
}
