import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Conversation } from '../../schema/conversations/conversation.ts';
import { Reception } from '../../schema/routing/reception.ts';
import { RoutingSignal } from '../../schema/routing/routing-decision.ts';
import { Right } from '../../schema/right.ts';
import type { Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import { explainReception } from '../../services/routing/reception/explain-reception.ts';
import type { Reception as ReceptionRow } from '../../services/routing/reception/reception.ts';
import type { Context } from '../context.ts';
import { toRoutingSignal } from './to-routing-signal.ts';

@Resolver(() => Conversation)
export class ConversationReceptionFields {
  @FieldResolver(() => Reception, {
    nullable: true,
    description:
      'Whether a bot or a person came first, as it was decided last: with the first message, and again with each one that finds nobody. Null: its inbox has another `routing` than BY_POLICY.',
  })
  @Right('routing:read')
  reception(@Root() { id }: ConversationRow, @Ctx() { loaders }: Context): Promise<ReceptionRow | null> {
    return loaders.receptionOfConversation.load(id);
  }
}

@Resolver(() => Reception)
export class ReceptionFields {
  @FieldResolver(() => [RoutingSignal], {
    description: 'What was looked at and known, by name: of the rule that held and of those before it.',
  })
  @Right('routing:read')
  signals(@Root() { signals }: ReceptionRow): RoutingSignal[] {
    return signals.map(toRoutingSignal);
  }

  @FieldResolver(() => String, { description: 'The decision in sentences for people.' })
  @Right('routing:read')
  explanation(
    @Root() reception: ReceptionRow,
    @Arg('language', () => String, {
      nullable: true,
      description: 'BCP 47, for example `fi`: English, Finnish or German. Null or absent, or any other: English.',
    })
    language: string | null,
  ): string {
    return explainReception(reception, language);
  }
}
