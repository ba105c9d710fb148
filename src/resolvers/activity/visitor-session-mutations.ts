import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';

import { VisitorSessionStartInput, VisitorSessionStartPayload } from '../../schema/activity/visitor-session.ts';
import { Right } from '../../schema/right.ts';
import { startVisitorSession } from '../../services/activity/start-visitor-session.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';

@Resolver()
export class VisitorSessionMutations {
  @Mutation(() => VisitorSessionStartPayload, {
    description:
      'Gives a browser a token that lives an hour and speaks for one customer: a new anonymous visitor, the visitor of an earlier token, or a shopper whom the shop names. A key with `sessions:write` and `graph:read` alone may stand in a page. Costs 500 points, so that such a key cannot make customers without end. Refused: INVALID_INPUT (the earlier token), NOT_ALLOWED, NOT_FOUND (the inbox), IDEMPOTENCY_KEY_REUSED.',
  })
  @Extensions({ pricePerItem: { argument: 'input', points: 489 } })
  @Right('sessions:write')
  visitorSessionStart(
    @Ctx() { scope, installation, visitorTokenMinutes: tokenMinutes }: Context,
    @Arg('input', () => VisitorSessionStartInput, { description: 'Whose session it is.' })
    input: VisitorSessionStartInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const ground = { installation, tokenMinutes };
      const { sessionId, ...session } = await startVisitorSession(scope, ground, input, key);
      return { ...session, visitorId: sessionId };
    });
  }
}
