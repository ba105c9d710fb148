import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Freshness } from '../schema/freshness.ts';
import { Right } from '../schema/right.ts';
import { DateTime } from '../schema/scalars.ts';
import type { Freshness as Row } from '../services/events/freshness.ts';
import { isId } from '../values/ids.ts';
import { FALLBACK_TEXTS, labelIn } from '../values/status-labels.ts';
import type { Context } from './context.ts';

/** A carrier with a key of its own tells under its partner’s id and its own name: the id is nobody else’s business. */
function ownName(name: string): string {
  const [partner, ...own] = name.split(':');
  return isId('partner', partner!) ? own.join(':') : name;
}

@Resolver(() => Freshness)
export class FreshnessFields {
  @FieldResolver(() => String, {
    nullable: true,
    description: 'Name of the system that told it. Null: it was not kept.',
  })
  @Right('graph:read')
  source(@Root() { source }: Row): string | null {
    return source && ownName(source.name);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'Since when that system should have been heard and was not. Null: it is as it should be, or nothing is expected of it.',
  })
  @Right('graph:read')
  async staleSince(@Root() { source }: Row, @Ctx() { loaders }: Context): Promise<Date | null> {
    return source && loaders.staleSince.load(source);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'What to say to a customer while that system is silent. Null: it is not.',
  })
  @Right('graph:read')
  async fallbackText(
    @Root() { source }: Row,
    @Ctx() { loaders }: Context,
    @Arg('language', () => String, {
      nullable: true,
      description:
        'Language of the words as BCP 47, for example `fi`. Null, absent or another than en, fi, et: English.',
    })
    language: string | null,
  ): Promise<string | null> {
    const isStale = source !== null && (await loaders.staleSince.load(source)) !== null;
    return isStale ? labelIn(FALLBACK_TEXTS, source.kind, language) : null;
  }
}
