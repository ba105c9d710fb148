import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';

import { Source, SourceExpectInput, SourceExpectPayload } from '../../schema/intake/source.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { expectSource } from '../../services/intake/expect-source.ts';
import { listSources, MOST_SOURCES, readSource } from '../../services/intake/read-sources.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';

@Resolver()
export class SourceResolvers {
  @Query(() => [Source], { description: `The systems that tell facts, by kind and name; ${MOST_SOURCES} at most.` })
  @Right('figures:read')
  sources(
    @Ctx() { scope }: Context,
    @Arg('onlyStale', () => Boolean, {
      defaultValue: false,
      description: 'True: only those that were silent for longer than is expected of them.',
    })
    onlyStale: boolean,
  ) {
    return listSources(scope, { onlyStale });
  }

  @Mutation(() => SourceExpectPayload, {
    description:
      'Says how often a source should be heard, who answers for it, and what to do when it fails. From then on its silence is an event, `SOURCE_STALE`. Refused: INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('connectors:write')
  sourceExpect(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => SourceExpectInput, { description: 'The source, and what is expected of it.' })
    { kind, name, expectedEverySeconds, owner, serviceLevel, errorProcedure }: SourceExpectInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    const expected = {
      ...{ kind, name, expectedEverySeconds: expectedEverySeconds ?? null, owner: owner ?? null },
      ...{ serviceLevel: serviceLevel ?? null, errorProcedure: errorProcedure ?? null },
    };
    return answer(async () => {
      const act = { mutation: 'sourceExpect', key, input: expected };
      await idempotently(scope, installation, act, async (tx) => {
        await expectSource(tx, expected);
        return {};
      });
      return { source: reachOf(scope.viewer, 'figures:read') ? await readSource(scope, kind, name) : null };
    });
  }
}
