import type { ConversationId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import type { Signal } from '../core/routing-state.ts';
import type { KnownOfConversation } from './enricher.ts';
import { ENRICHERS } from './enrichers.ts';
import { readKnown } from './read-known.ts';

export type Signals = Readonly<Record<string, Signal>>;

/**
 * What is known of a conversation at this moment, each signal with its source: what the task of a conversation is given when it is opened. One
 * statement, whatever the person has done before. Null: there is no such conversation.
 */
export async function gatherSignals(scope: Scope, conversationId: ConversationId): Promise<Signals | null> {
  return (await gatherSignalsOfMany(scope, [conversationId])).get(conversationId) ?? null;
}

/** The same of many, still one statement. */
export async function gatherSignalsOfMany(
  scope: Scope,
  conversationIds: readonly ConversationId[],
): Promise<ReadonlyMap<string, Signals>> {
  const known = await readKnown(scope, conversationIds);
  return new Map(known.map((one) => [one.id, signalsIn(one, scope.now)]));
}

/** What enrichers derive, and over it what was told: a name that may be told has been by somebody who knew more. */
export function signalsIn(known: KnownOfConversation, now: Date): Signals {
  const signals: Record<string, Signal> = {};
  for (const { source, read } of ENRICHERS)
    for (const [name, value] of Object.entries(read(known, now)))
      if (value !== null) signals[name] = { value, source, at: now.getTime() };
  for (const { name, value, source, at } of known.told) signals[name] = { value, source, at: Date.parse(at) };
  return signals;
}
