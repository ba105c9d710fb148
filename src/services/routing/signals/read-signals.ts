import type { ConversationId } from '../../../values/ids.ts';
import { servesViewer } from '../../access/purposes.ts';
import { requireRight } from '../../access/role-rights.ts';
import { withinReach } from '../../customers/person-of.ts';
import type { Scope } from '../../scope.ts';
import type { SignalValue } from '../core/routing-state.ts';
import { NAMES_OF_TRAITS } from './enrichers.ts';
import { signalsIn } from './gather-signals.ts';
import { readKnown } from './read-known.ts';

/** A signal of a conversation, as a reader is shown it. */
export interface ConversationSignal {
  readonly conversationId: ConversationId;
  readonly name: string;
  readonly value: SignalValue;
  readonly source: string;
  readonly at: Date;
}

/** What routing would read of conversations now, by name. Conclusions about the person are for who may look at traits. */
export async function signalsOfConversations(
  scope: Scope,
  ids: readonly ConversationId[],
): Promise<ConversationSignal[]> {
  requireRight(scope.viewer, 'triage:read');
  const seesTraits = servesViewer(scope.viewer, 'traits');
  const visible = await scope.db.sql<{ id: ConversationId }[]>`
    select c.id from conversations c
    where c.id = any (${ids as string[]}) and ${withinReach(scope, 'conversations:read', 'c.customer_id')}`;
  const known = await readKnown(
    scope,
    visible.map(({ id }) => id),
  );
  return known.flatMap((one) =>
    Object.entries(signalsIn(one, scope.now))
      .filter(([name]) => seesTraits || !NAMES_OF_TRAITS.has(name))
      .map(([name, { value, source, at }]) => ({ conversationId: one.id, name, value, source, at: new Date(at) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}
