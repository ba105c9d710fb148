import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';

import {
  PartnerCreateInput,
  PartnerCreatePayload,
  PartnersCreatePayload,
} from '../../schema/partners/partner-create.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { ensurePartner } from '../../services/partners/ensure-partner.ts';
import { readPartners } from '../../services/partners/read-partners.ts';
import { setPartnerLocations } from '../../services/partners/set-partner-locations.ts';
import type { Scope } from '../../services/scope.ts';
import type { PartnerId } from '../../values/ids.ts';
import { inList } from '../../values/in-list.ts';
import { answer } from '../answer.ts';
import { checkBulk, joinIds, splitIds } from '../bulk.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';

@Resolver()
export class PartnerMutations {
  @Mutation(() => PartnerCreatePayload, {
    description:
      'Makes a partner; one with the same external id gets this name and kind instead. A key for it is made with `apiKeyCreate`. Refused: INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('partners:write')
  partnerCreate(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => PartnerCreateInput, { description: 'The partner.' }) input: PartnerCreateInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'partnerCreate', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: await ensurePartner(tx, input),
      }));
      return { partner: (await visible(scope, [ids.id]))?.[0] ?? null };
    });
  }

  @Mutation(() => PartnersCreatePayload, {
    description: 'The same for up to 100 partners, all or none. Refused: INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('partners:write')
  partnersCreate(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => [PartnerCreateInput], { description: 'The partners, each external id once.' })
    input: PartnerCreateInput[],
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      checkBulk(input);
      const act = { mutation: 'partnersCreate', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        all: joinIds(await inList(input, (one) => ensurePartner(tx, one))),
      }));
      return { partners: await visible(scope, splitIds(ids.all)) };
    });
  }

  @Mutation(() => PartnerCreatePayload, {
    description:
      'Says which stores are a partner’s, all of them: its keys see the orders that are worked on there, also those of before. Refused: NOT_FOUND, INVALID_INPUT.',
  })
  @Right('partners:write')
  partnerLocationsSet(
    @Ctx() { scope }: Context,
    @Arg('partnerId', () => ID, { description: 'The partner, `ptn_…`.' }) partnerId: string,
    @Arg('locationIds', () => [ID], { description: 'Its stores, `loc_…`, 10,000 at most. Empty: it has none.' })
    locationIds: string[],
  ) {
    return answer(async () => {
      const id = await setPartnerLocations(scope, partnerId, locationIds);
      return { partner: (await visible(scope, [id]))?.[0] ?? null };
    });
  }
}

async function visible(scope: Scope, ids: readonly PartnerId[]) {
  return reachOf(scope.viewer, 'partners:read') === null ? null : readPartners(scope, ids);
}
