import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';

import { Conversation } from '../../schema/conversations/conversation.ts';
import {
  ConversationSignal,
  ConversationSignalInput,
  ConversationSignalsSetPayload,
  type SignalValueInput,
} from '../../schema/routing/conversation-signal.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import type { Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import { conversationsByIds } from '../../services/conversations/read-conversations.ts';
import type { SignalValue } from '../../services/routing/core/routing-state.ts';
import type { ConversationSignal as SignalRow } from '../../services/routing/signals/read-signals.ts';
import { setSignals } from '../../services/routing/signals/set-signals.ts';
import { Refusal } from '../../values/refusal.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { visible } from '../conversations/visible.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';

@Resolver()
export class SignalMutations {
  @Mutation(() => ConversationSignalsSetPayload, {
    description:
      'Says what you know of a conversation: the mood of the customer, the intent, how hard it is. You are the source; what you said before is kept as past, the same again changes nothing. Routing and its decisions read it. Refused: NOT_FOUND, INVALID_INPUT, CONVERSATION_MERGED, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('conversations:write')
  conversationSignalsSet(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, { description: 'The conversation, `cnv_…`.' }) id: string,
    @Arg('signals', () => [ConversationSignalInput], { description: 'What you say, 1 to 40, each name once.' })
    signals: ConversationSignalInput[],
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'conversationSignalsSet', key, input: { id, signals } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: await setSignals(
          tx,
          id,
          signals.map(({ name, value }, i) => ({ name, value: value ? valueIn(value, i) : null })),
        ),
      }));
      return { conversation: await visible(scope, 'conversations:read', ids.id, conversationsByIds) };
    });
  }
}

function valueIn({ text, number, boolean, words }: SignalValueInput, i: number): SignalValue {
  const [value, ...others] = [text, number, boolean, words].filter((one) => one != null);
  if (value === undefined || others.length > 0)
    throw new Refusal('INVALID_INPUT', 'Give exactly one of `text`, `number`, `boolean` and `words`.', [
      ...['signals', String(i)],
      'value',
    ]);
  return value;
}

@Resolver(() => Conversation)
export class ConversationSignalFields {
  @FieldResolver(() => [ConversationSignal], {
    description: 'What routing would look at now, by name: what Punos reads and what was told, each with its source.',
  })
  @Right('triage:read')
  async signals(@Root() { id }: ConversationRow, @Ctx() { loaders }: Context): Promise<ConversationSignal[]> {
    return (await loaders.signalsOfConversation.load(id)).map(toSignal);
  }
}

/** A row with its value in the field of its kind. */
const toSignal = ({ name, value, source, at }: SignalRow): ConversationSignal => ({
  ...{ name, source, at },
  text: typeof value === 'string' ? value : null,
  number: typeof value === 'number' ? value : null,
  boolean: typeof value === 'boolean' ? value : null,
  words: typeof value === 'object' ? value : null,
});
