import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';

import { Customer, Identity } from '../../schema/customers/customer.ts';
import { DroppedIdentity } from '../../schema/customers/dropped-identity.ts';
import {
  IdentityRuleInput,
  IdentityRuleSet,
  IdentityRulesRehearsal,
  IdentityRulesSetInput,
  IdentityRulesSetPayload,
} from '../../schema/customers/identity-rules.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type { Customer as CustomerRow, Identity as IdentityRow } from '../../services/customers/customer.ts';
import type { DroppedEvidence } from '../../services/customers/resolving/read-dropped.ts';
import { readIdentityRules, type RuleSetRecord } from '../../services/customers/resolving/read-rules.ts';
import { rehearseRules } from '../../services/customers/resolving/rehearse-rules.ts';
import { setIdentityRules } from '../../services/customers/resolving/set-rules.ts';
import { variantsOf } from '../../services/customers/identity-variants.ts';
import { IDENTITY_KINDS } from '../../values/vocabulary.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';

@Resolver(() => Identity)
export class IdentityFields {
  @FieldResolver(() => [String], {
    description:
      'Writings that are compared as this one, `normalized` first: other forms of a mobile number in E.164, national forms, the plain mailbox of an e-mail address.',
  })
  @Right('customers:read')
  variants(@Root() { kind, normalized }: IdentityRow): string[] {
    return variantsOf(kind, normalized);
  }
}

@Resolver(() => Customer)
export class CustomerEvidenceFields {
  @FieldResolver(() => [DroppedIdentity], {
    description:
      'Identifiers that came with the person and were not taken as theirs, with why: those of somebody else, of a kiosk, unreadable ones. The last first, 100 at most.',
  })
  @Right('identity:read')
  droppedIdentities(@Root() customer: CustomerRow, @Ctx() { loaders }: Context): Promise<DroppedEvidence[]> {
    return loaders.droppedOfPerson.load(customer.id);
  }
}

@Resolver()
export class IdentityRuleResolvers {
  @Query(() => IdentityRuleSet, {
    nullable: true,
    description: 'The rules by which identifiers tell persons apart. Null: there is no such version.',
  })
  @Right('identity:read')
  async identityRules(
    @Ctx() { scope }: Context,
    @Arg('version', () => Int, {
      nullable: true,
      description: 'An earlier version. Null or absent: that which counts now.',
    })
    version: number | null,
  ): Promise<IdentityRuleSet | null> {
    return toRuleSet(await readIdentityRules(scope, version ?? null));
  }

  @Query(() => IdentityRulesRehearsal, {
    description:
      'Runs changed rules over stored history and says what they would do differently, before they are switched on. Changes nothing. Persons in the order of their ids, as many as `most` a call.',
  })
  @Right('identity:write')
  identityRulesRehearsal(
    @Ctx() { scope }: Context,
    @Arg('rules', () => [IdentityRuleInput], {
      description: 'The kinds whose rules change, as for `identityRulesSet`.',
    })
    rules: IdentityRuleInput[],
    @Arg('most', () => Int, { defaultValue: 1_000, description: 'Persons to look at, 1 to 10,000.' }) most: number,
    @Arg('after', () => ID, {
      nullable: true,
      description: '`endCursor` of the call before. Null or absent: from the first.',
    })
    after: string | null,
  ): Promise<IdentityRulesRehearsal> {
    return rehearseRules(scope, rules, { most, after: after ?? null });
  }

  @Mutation(() => IdentityRulesSetPayload, {
    description:
      'Switches on changed rules, under a new version, for everything that arrives from now on; nobody is joined or parted by it. Refused: INVALID_INPUT, CONFLICT (another version counts by now), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('identity:write')
  identityRulesSet(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => IdentityRulesSetInput, { description: 'What changes.' }) input: IdentityRulesSetInput,
    @Arg('expectedVersion', () => Int, {
      nullable: true,
      description:
        'The version that you decided on: refused with CONFLICT when another one counts. Null or absent: any.',
    })
    expectedVersion: number | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'identityRulesSet', key, input: { input, expectedVersion: expectedVersion ?? null } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        version: String(await setIdentityRules(tx, { ...input, expectedVersion })),
      }));
      const sees = reachOf(scope.viewer, 'identity:read') !== null;
      return { ruleSet: sees ? toRuleSet(await readIdentityRules(scope, Number(ids.version))) : null };
    });
  }
}

function toRuleSet(record: RuleSetRecord | null): IdentityRuleSet | null {
  if (!record) return null;
  const rules = IDENTITY_KINDS.map((kind) => ({ kind, ...record.rules[kind] }));
  return { ...record, rules: rules.sort((a, b) => b.priority - a.priority) };
}
