import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';

import {
  ConversationReopenPayload,
  ConversationResolveInput,
  ConversationResolvePayload,
  MessageSendInput,
  MessageSendPayload,
  NoteAddInput,
  NoteAddPayload,
} from '../../schema/conversations/conversation-payloads.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { addNote } from '../../services/conversations/add-note.ts';
import { conversationsByIds } from '../../services/conversations/read-conversations.ts';
import { messagesByIds } from '../../services/conversations/read-messages.ts';
import { reopenConversation } from '../../services/conversations/reopen-conversation.ts';
import { resolveConversation } from '../../services/conversations/resolve-conversation.ts';
import { sendMessage } from '../../services/conversations/send-message.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { EXPECTED_VERSION } from '../expected-version.ts';
import { visible } from './visible.ts';

const CONVERSATION_ID = { description: 'The conversation, `cnv_…`.' };
const KEY = {
  nullable: true,
  description: 'Your name for this act, 1 to 200 characters: a repeat with it changes nothing and answers the same.',
};

@Resolver()
export class ConversationMutations {
  @Mutation(() => NoteAddPayload, {
    description:
      'Adds an internal note. Refused: NOT_FOUND, INVALID_INPUT, ATTACHMENT_NOT_READY, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('notes:write')
  noteAdd(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('input', () => NoteAddInput, { description: 'The note.' }) input: NoteAddInput,
    @Arg('idempotencyKey', () => String, KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'noteAdd', key, input: { id, ...input } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        noteId: await addNote(tx, id, input.text, input.attachmentIds ?? null),
      }));
      return { note: await visible(scope, 'notes:read', ids.noteId, messagesByIds) };
    });
  }

  @Mutation(() => MessageSendPayload, {
    description:
      'Sends a message to the customer, on one leg and only there. Refused: NOT_FOUND, INVALID_INPUT, CONVERSATION_RESOLVED, NO_ENDPOINT, PUBLIC_REPLY, CONTROL_HELD (a bot while somebody else holds control), CONVERSATION_MERGED, ATTACHMENT_NOT_READY, CONFLICT (as `VersionConflictError`), CONSENT_WITHDRAWN (the person said STOP, or took consent back), CONSENT_MISSING (advertising that they did not agree to), ALREADY_CONTACTED (twice about one thing, or too often), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('messages:send')
  messageSend(
    @Ctx() { scope, installation, outreachLimits }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('input', () => MessageSendInput, { description: 'The message.' }) input: MessageSendInput,
    @Arg('idempotencyKey', () => String, KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'messageSend', key, input: { id, ...input } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        messageId: await sendMessage(tx, id, input.text, { ...input, limits: outreachLimits }),
      }));
      return { message: await visible(scope, 'conversations:read', ids.messageId, messagesByIds) };
    });
  }

  @Mutation(() => ConversationResolvePayload, {
    description:
      'Resolves an open or snoozed conversation; its agent gets the place back. Refused: NOT_FOUND, INVALID_INPUT, CONVERSATION_RESOLVED, CONVERSATION_MERGED, CONFLICT (as `VersionConflictError`).',
  })
  @Right('conversations:write')
  conversationResolve(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('input', () => ConversationResolveInput, {
      nullable: true,
      description: 'How it went. Null or absent: nothing to say.',
    })
    input: ConversationResolveInput | null,
    @Arg('expectedVersion', () => Int, EXPECTED_VERSION) expectedVersion: number | null,
  ) {
    return answer(async () => {
      const resolved = await resolveConversation(scope, id, input ?? {}, expectedVersion);
      return { conversation: await visible(scope, 'conversations:read', resolved, conversationsByIds) };
    });
  }

  @Mutation(() => ConversationReopenPayload, {
    description:
      'Reopens a resolved or snoozed conversation. A resolved one goes back to its agent if that one is online with a free place, else it waits; a snoozed one never left its agent. Refused: NOT_FOUND, CONVERSATION_OPEN, CONVERSATION_MERGED.',
  })
  @Right('conversations:write')
  conversationReopen(@Ctx() { scope }: Context, @Arg('id', () => ID, CONVERSATION_ID) id: string) {
    return answer(async () => {
      const reopened = await reopenConversation(scope, id);
      return { conversation: await visible(scope, 'conversations:read', reopened, conversationsByIds) };
    });
  }
}
