import { createHash } from 'node:crypto';

import { addInbox } from '../services/conversations/ensure-inbox.ts';
import { recordSentMessage } from '../services/conversations/record-sent-message.ts';
import { receiveMessage } from '../services/intake/receive-message.ts';
import type { TransactionScope } from '../services/scope.ts';
import type { ConversationId } from '../values/ids.ts';
import { derivedMoment, secondsAfter } from './derived-clock.ts';
import { phase, type Item, type Phase } from './import-source.ts';
import { Misshapen, shape } from './shapes.ts';
import { SOURCE } from './tau-retail-people.ts';

/** The last days before the set plays. */
const CLOCK = { from: '2024-05-10T00:00:00.000Z', days: 5 };
const TURN_S = 20;
const INBOX = { externalId: 'tau-retail-chat', channel: 'live_chat', name: 'Chat (tau-retail)' } as const;
const SPOKEN = /^(user|assistant|tool): ?(.*)$/;
/** What the assistant "said" when it called a tool. */
const NO_WORDS = 'None';
const USER_ID = /^[a-z]+_[a-z]+_\d+$/;

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** Its number among all turns of the dialogue, tools counted: its clock and its name. */
  readonly number: number;
}
export interface Dialogue {
  /** A name made from the text, for the set gives none. */
  readonly name: string;
  /** The customer whom the assistant looked up; null: nobody was. */
  readonly userId: string | null;
  readonly turns: readonly Turn[];
}

/** A dialogue as it is displayed: `role: text`, and lines without a role go on with the turn before. */
export function readDialogue(value: unknown): Dialogue {
  const display = shape.text(shape.fields(value, 'dialogue')['messages_display'], 'messages_display');
  const spoken: { role: string; text: string }[] = [];
  for (const line of display.split('\n')) {
    const [, role, text] = SPOKEN.exec(line) ?? [];
    if (role !== undefined) spoken.push({ role, text: text! });
    else if (spoken.length > 0) spoken.at(-1)!.text += `\n${line}`;
    else throw new Misshapen('messages_display: must begin with a role');
  }
  const turns = spoken
    .map(({ role, text }, number) => ({ role, text, number }))
    .filter((turn): turn is Turn => turn.role !== 'tool' && turn.text.trim() !== '' && !isToolCall(turn));
  if (turns[0]?.role !== 'user') throw new Misshapen('messages_display: must begin with what the user says');
  const name = `few-shot-${createHash('sha256').update(display).digest('hex').slice(0, 12)}`;
  const found = spoken.find(({ role, text }) => role === 'tool' && USER_ID.test(text));
  return { name, userId: found?.text ?? null, turns };
}

const isToolCall = ({ role, text }: { role: string; text: string }) => role === 'assistant' && text === NO_WORDS;

type DialogueItem = Item & { readonly value: Dialogue };

export const dialogues = (items: readonly DialogueItem[]): Phase =>
  phase({
    unit: 'dialogues',
    told: ['conversation.opened'],
    items,
    batch: 5,
    async store(tx, batch: readonly DialogueItem[]) {
      await addInbox(tx, INBOX);
      for (const { value } of batch) await storeDialogue(tx, value);
    },
  });

/** Turn by turn, so that the journal tells them in their order. */
async function storeDialogue(tx: TransactionScope, { name, userId, turns }: Dialogue): Promise<void> {
  const begun = derivedMoment(name, CLOCK);
  let conversationId: ConversationId | null = null;
  for (const { role, text, number } of turns) {
    const message = { externalId: `${name}/${number}`, text, occurredAt: secondsAfter(begun, number * TURN_S) };
    if (role === 'assistant' && conversationId) {
      const author = { kind: 'bot', id: `system:${SOURCE}` } as const;
      await recordSentMessage(tx, { ...message, conversationId, author });
      continue;
    }
    const sender = userId
      ? ({ kind: 'external_id', value: userId } as const)
      : ({ kind: 'visitor_id', value: name } as const);
    ({ conversationId } = await receiveMessage(tx, { ...message, inbox: INBOX.externalId, sender, threadId: name }));
  }
}
