import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';

import { CustomerUpsertInput, IdentityAddInput } from '../../schema/customers/customer-input.ts';
import {
  CustomerPreferencesSetPayload,
  CustomersUpsertPayload,
  CustomerUpsertPayload,
  IdentityAddPayload,
  TraitsSetPayload,
} from '../../schema/customers/customer-payload.ts';
import { CustomerPreferencesInput } from '../../schema/customers/preferences.ts';
import { TraitInput, type TraitValueInput } from '../../schema/customers/trait.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { addIdentity } from '../../services/customers/add-identity.ts';
import type { Customer } from '../../services/customers/customer.ts';
import { customersByIds } from '../../services/customers/read-customers.ts';
import { setPreferences } from '../../services/customers/set-preferences.ts';
import { setTraits } from '../../services/customers/set-traits.ts';
import type { TraitValue } from '../../services/customers/trait.ts';
import {
  upsertCustomer,
  type CustomerRecord,
  type UpsertedCustomer,
} from '../../services/customers/upsert-customer.ts';
import { upsertCustomers } from '../../services/customers/upsert-customers.ts';
import type { Scope } from '../../services/scope.ts';
import { Refusal } from '../../values/refusal.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';

const CUSTOMER_ID = { description: 'Any customer id of the person, `cus_…`.' };

@Resolver()
export class CustomerMutations {
  @Mutation(() => CustomerUpsertPayload, {
    description:
      'Makes or updates a customer: all identities together decide who it is, the stronger before the weaker. Two customers whom strong or verified ones name are one person from then on; an identity that contradicts stronger ones stays where it is, see `identityConflicts`. Refused: INVALID_INPUT, NOT_ALLOWED (as a customer), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('customers:write')
  customerUpsert(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => CustomerUpsertInput, { description: 'What the source knows.' }) input: CustomerUpsertInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      let identityConflicts: UpsertedCustomer['identityConflicts'] = [];
      const act = { mutation: 'customerUpsert', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => {
        const upserted = await upsertCustomer(tx, toRecord(input));
        ({ identityConflicts } = upserted);
        return { customerId: upserted.personId };
      });
      const [customer] = await visible(scope, [ids.customerId]);
      return { customer: customer ?? null, identityConflicts };
    });
  }

  @Mutation(() => CustomersUpsertPayload, {
    description:
      'Makes or updates many customers, 100 in one transaction. Each is told by its place in the list and does not hold up the others. Safe to repeat: what is already so changes nothing. Refused: INVALID_INPUT (the list itself), NOT_ALLOWED (as a customer).',
  })
  @Right('customers:write')
  customersUpsert(
    @Ctx() { scope }: Context,
    @Arg('customers', () => [CustomerUpsertInput], {
      description: '1 to 1,000, within what one request may hold.',
    })
    customers: CustomerUpsertInput[],
  ) {
    return answer(async () => {
      const outcomes = await upsertCustomers(scope, customers.map(toRecord));
      const ids = outcomes.flatMap((outcome) => ('customer' in outcome ? [outcome.customer.personId] : []));
      const rows = new Map((await visible(scope, ids)).map((row, i) => [ids[i]!, row]));
      return {
        results: outcomes.map((outcome, index) => {
          if ('refusal' in outcome) {
            const { code, message, field } = outcome.refusal;
            const path = ['customers', String(index), ...(field ?? [])];
            return { index, customer: null, identityConflicts: [], error: { code, message, field: path } };
          }
          const { personId, identityConflicts } = outcome.customer;
          return { index, customer: rows.get(personId) ?? null, identityConflicts, error: null };
        }),
      };
    });
  }

  @Mutation(() => IdentityAddPayload, {
    description:
      'Adds an identity to a customer; one that the person has already is no second one. Refused: NOT_FOUND, IDENTITY_TAKEN, INVALID_INPUT, NOT_ALLOWED (as a customer), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('customers:write')
  identityAdd(
    @Ctx() { scope, installation }: Context,
    @Arg('customerId', () => ID, CUSTOMER_ID) customerId: string,
    @Arg('input', () => IdentityAddInput, { description: 'The identity.' }) input: IdentityAddInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    const act = { mutation: 'identityAdd', key, input: { customerId, input } };
    return answer(async () => {
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: await addIdentity(tx, customerId, { ...input, verified: input.verified === true }),
      }));
      return { customer: (await visible(scope, [ids.id]))[0] ?? null };
    });
  }

  @Mutation(() => CustomerPreferencesSetPayload, {
    description:
      'Remembers what a customer prefers, who said so and when. A customer may say it of themselves. Refused: NOT_FOUND, INVALID_INPUT.',
  })
  @Right('customers:write')
  customerPreferencesSet(
    @Ctx() { scope }: Context,
    @Arg('customerId', () => ID, CUSTOMER_ID) customerId: string,
    @Arg('input', () => CustomerPreferencesInput, { description: 'What changes.' }) input: CustomerPreferencesInput,
  ) {
    return answer(async () => {
      const id = await setPreferences(scope, customerId, { ...input });
      return { customer: (await visible(scope, [id]))[0] ?? null };
    });
  }

  @Mutation(() => TraitsSetPayload, {
    description:
      'Records what a source says of a customer: all of it or, with a refusal, nothing. The newest statement of a key by the source’s clock counts; the same again changes nothing. Refused: NOT_FOUND, INVALID_INPUT, NOT_ALLOWED (as a customer).',
  })
  @Right('customers:write')
  traitsSet(
    @Ctx() { scope }: Context,
    @Arg('customerId', () => ID, CUSTOMER_ID) customerId: string,
    @Arg('traits', () => [TraitInput], { description: '1 to 100 statements.' }) traits: TraitInput[],
  ) {
    return answer(async () => {
      const statements = traits.map(({ value, ...rest }, i) => ({ ...rest, trait: toTraitValue(value ?? null, i) }));
      const id = await setTraits(scope, customerId, statements);
      return { customer: (await visible(scope, [id]))[0] ?? null };
    });
  }
}

/** Writing alone does not show what was there before. */
async function visible(scope: Scope, ids: readonly string[]): Promise<(Customer | null)[]> {
  return reachOf(scope.viewer, 'customers:read') === null ? [] : customersByIds(scope, ids);
}

function toRecord({ identities, profile, source, occurredAt }: CustomerUpsertInput): CustomerRecord {
  const { address, ...rest } = profile ?? {};
  return {
    identities: identities.map(({ kind, value, verified }) => ({ kind, value, verified: verified === true })),
    profile: {
      ...rest,
      ...(address === undefined ? {} : { address: address && { ...NO_ADDRESS, ...address } }),
    },
    source,
    ...(occurredAt ? { occurredAt } : {}),
  };
}

const NO_ADDRESS = { line1: null, line2: null, postalCode: null, city: null, region: null, country: null };

function toTraitValue(value: TraitValueInput | null, place: number): TraitValue | null {
  if (value === null) return null;
  const given = Object.entries(value).filter(([, each]) => each != null) as [TraitValue['kind'], unknown][];
  if (given.length !== 1)
    throw new Refusal('INVALID_INPUT', 'A value is exactly one of text, number, boolean and moment.', [
      'traits',
      String(place),
      'value',
    ]);
  const [kind, each] = given[0]!;
  return { kind, value: each instanceof Date ? each.toISOString() : each } as TraitValue;
}
