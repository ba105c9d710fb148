import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';

import { ConsentRuleSet, ConsentRulesSetInput, ConsentRulesSetPayload } from '../../schema/privacy/consent-rules.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { type ConsentRuleSet as Row, readConsentRules } from '../../services/privacy/consent-rules.ts';
import { setConsentRules } from '../../services/privacy/set-consent-rules.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';

@Resolver()
export class ConsentRuleResolvers {
  @Query(() => ConsentRuleSet, {
    nullable: true,
    description: 'The rules that say who has to agree before data of them is shown. Null: there is no such version.',
  })
  @Right('privacy:read')
  consentRules(
    @Ctx() { scope }: Context,
    @Arg('version', () => Int, {
      nullable: true,
      description: 'An earlier version. Null or absent: that which counts now.',
    })
    version: number | null,
  ): Promise<Row | null> {
    return readConsentRules(scope, version ?? null);
  }

  @Mutation(() => ConsentRulesSetPayload, {
    description:
      'Says who has to agree before data of them is shown, under a new version. It counts at once for everybody: running streams have a packet without what is hidden from now on, or with what is no longer. Refused: INVALID_INPUT, CONFLICT (another version counts by now), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('privacy:write')
  consentRulesSet(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => ConsentRulesSetInput, { description: 'The rules.' }) input: ConsentRulesSetInput,
    @Arg('expectedVersion', () => Int, {
      nullable: true,
      description:
        'The version that you decided on: refused with CONFLICT when another one counts. Null or absent: any.',
    })
    expectedVersion: number | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'consentRulesSet', key, input: { input, expectedVersion: expectedVersion ?? null } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        version: String(await setConsentRules(tx, { ...input, expectedVersion })),
      }));
      const sees = reachOf(scope.viewer, 'privacy:read') !== null;
      return { ruleSet: sees ? await readConsentRules(scope, Number(ids.version)) : null };
    });
  }
}
