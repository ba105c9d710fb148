import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';

import { findApiKey } from '../../services/access/api-key.ts';
import { createApiKey } from '../../services/access/create-api-key.ts';
import { rotateApiKey } from '../../services/access/rotate-api-key.ts';
import { revokeApiKey, revokeViewer } from '../../services/access/revoke-viewer.ts';
import { updateApiKey } from '../../services/access/update-api-key.ts';
import {
  ApiKeyCreateInput,
  ApiKeyCreatePayload,
  ApiKeyRevokePayload,
  ApiKeyRotatePayload,
  ApiKeyUpdateInput,
  ApiKeyUpdatePayload,
  ViewerRevokePayload,
} from '../../schema/access/api-key.ts';
import { Right } from '../../schema/right.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { OVERLAP_HOURS } from '../overlap-hours.ts';

const KEY_ID = 'The key.';

@Resolver()
export class AccessMutations {
  @Mutation(() => ApiKeyCreatePayload, {
    description:
      'Makes an API key. Refused: INVALID_INPUT, NOT_FOUND (the owner), NOT_ALLOWED (more rights than your own), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('access:write')
  apiKeyCreate(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => ApiKeyCreateInput, { description: 'The key to make.' }) input: ApiKeyCreateInput,
    @Arg('idempotencyKey', () => String, {
      nullable: true,
      description: 'Your name for this act: a repeat with it makes no second key, and shows no secret.',
    })
    idempotencyKey: string | null,
  ) {
    return answer(async () => {
      const { name, role, scopes, purposes = null, agentId, partnerId, customerId, expiresAt } = input;
      const owner = { agentId: agentId ?? null, partnerId: partnerId ?? null, customerId: customerId ?? null };
      const wanted = { name, role, scopes: scopes ?? null, purposes, ...owner, expiresAt: expiresAt ?? null };
      const { id, secret } = await createApiKey(scope, installation, wanted, idempotencyKey);
      return { apiKey: await findApiKey(scope, id), secret };
    });
  }

  @Mutation(() => ApiKeyUpdatePayload, {
    description:
      'Changes what a key may do; running streams follow within a second. Refused: NOT_FOUND, ALREADY_REVOKED, INVALID_INPUT, NOT_ALLOWED.',
  })
  @Right('access:write')
  apiKeyUpdate(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, { description: KEY_ID }) id: string,
    @Arg('input', () => ApiKeyUpdateInput, { description: 'What changes.' }) input: ApiKeyUpdateInput,
  ) {
    return answer(async () => {
      const { name = null, role = null, scopes = null, purposes = null } = input;
      await updateApiKey(scope, id, { name, role, scopes, purposes });
      return { apiKey: await findApiKey(scope, id) };
    });
  }

  @Mutation(() => ApiKeyRotatePayload, {
    description:
      'Gives a key another secret; the one until now works beside it for a while, and what it opened ends with it. Refused: NOT_FOUND, ALREADY_REVOKED, NOT_ALLOWED (it may more than you), INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('access:write')
  apiKeyRotate(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, { description: KEY_ID }) id: string,
    @Arg('overlapHours', () => Int, OVERLAP_HOURS) overlapHours: number,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const rotated = await rotateApiKey(scope, installation, { id, overlapHours }, key);
      return { apiKey: await findApiKey(scope, rotated.id), secret: rotated.secret };
    });
  }

  @Mutation(() => ApiKeyRevokePayload, {
    description:
      'Ends a key for good: requests are refused at once, streams end within a second. Refused: NOT_FOUND, ALREADY_REVOKED.',
  })
  @Right('access:write')
  apiKeyRevoke(@Ctx() { scope }: Context, @Arg('id', () => ID, { description: KEY_ID }) id: string) {
    return answer(async () => {
      await revokeApiKey(scope, id);
      return { apiKey: await findApiKey(scope, id) };
    });
  }

  @Mutation(() => ViewerRevokePayload, {
    description:
      'Ends whoever is behind a principal: a key, or all tokens issued to a subject until now. Refused: INVALID_INPUT, NOT_FOUND, ALREADY_REVOKED.',
  })
  @Right('access:write')
  viewerRevoke(
    @Ctx() { scope }: Context,
    @Arg('principal', () => ID, { description: 'As `viewer.principal` and `apiKey.id` say it.' }) principal: string,
  ) {
    return answer(async () => {
      await revokeViewer(scope, principal);
      return { principal };
    });
  }
}
