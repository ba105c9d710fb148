import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';

import { ConsentInput, ConsentSetPayload } from '../../schema/privacy/consent.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { setConsents } from '../../services/privacy/set-consents.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';

@Resolver()
export class ConsentMutations {
  @Mutation(() => ConsentSetPayload, {
    description:
      'Records what a person agreed to, denied or took back: all of it or, with a refusal, nothing. Who watches the person sees at once what they may see from now on, and whatever goes out is asked again before it goes. The same again changes nothing. A customer may say it of themselves. Refused: NOT_FOUND, INVALID_INPUT, NOT_ALLOWED (a customer who says CONFIRMED), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('customers:write')
  consentSet(
    @Ctx() { scope, installation, loaders }: Context,
    @Arg('customerId', () => ID, { description: 'Any customer id of the person, `cus_…`.' }) customerId: string,
    @Arg('consents', () => [ConsentInput], { description: '1 to 50 answers, in the order in which they were given.' })
    consents: ConsentInput[],
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    const act = { mutation: 'consentSet', key, input: { customerId, consents } };
    return answer(async () => {
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: await setConsents(tx, customerId, consents),
      }));
      const isReadable = reachOf(scope.viewer, 'customers:read') !== null;
      return { customer: isReadable ? await loaders.customer.load(ids.id) : null };
    });
  }
}
