import type { ConversationId } from '../../../values/ids.ts';
import { Refusal } from '../../../values/refusal.ts';
import { requireRight } from '../../access/role-rights.ts';
import { conversationFact } from '../../conversations/conversation-fact.ts';
import { lockConversation } from '../../conversations/lock-conversation.ts';
import { atomically, recordFact } from '../../events/atomically.ts';
import { topic } from '../../events/fact.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import type { SignalValue } from '../core/routing-state.ts';
import { checkSignal, type SignalStatement } from './check-signal.ts';

const MOST_AT_ONCE = 40;
/** Current ones of one source in one conversation. */
const MOST_NAMES = 100;

/**
 * Keeps what somebody says of a conversation: a bot of the customer's mood, a model of the intent. The source is who says it; what they said
 * before is kept as past. The same again changes nothing. The values stay in the rows, the fact names the signals only.
 */
export async function setSignals(
  scope: Scope,
  conversationId: string,
  statements: readonly SignalStatement[],
): Promise<ConversationId> {
  requireRight(scope.viewer, 'conversations:write');
  checkStatements(statements);
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, conversationId);
    const changed = await keep(tx, conversation.id, statements);
    if (changed.length > 0)
      recordFact(
        tx,
        conversationFact(conversation, {
          type: 'conversation.signals_changed',
          topics: [topic.routing],
          details: { names: changed, source: tx.viewer.principal },
        }),
      );
    return conversation.id;
  });
}

function checkStatements(statements: readonly SignalStatement[]): void {
  if (statements.length === 0 || statements.length > MOST_AT_ONCE)
    throw new Refusal('INVALID_INPUT', `Send 1 to ${MOST_AT_ONCE} signals at once.`, ['signals']);
  statements.forEach((statement, i) => {
    checkSignal(statement, ['signals', String(i)]);
    if (statements.findIndex(({ name }) => name === statement.name) < i)
      throw new Refusal('INVALID_INPUT', 'A signal has one value. This one was named before in the list.', [
        ...['signals', String(i)],
        'name',
      ]);
  });
}

/** Answers the names of what is another value now. The conversation's person is locked, so nobody else tells anything meanwhile. */
async function keep(
  tx: TransactionScope,
  conversationId: ConversationId,
  statements: readonly SignalStatement[],
): Promise<string[]> {
  const { sql } = tx.db;
  const source = tx.viewer.principal;
  const current = await sql<{ name: string; value: SignalValue }[]>`
    select name, value from conversation_signals
    where conversation_id = ${conversationId} and source = ${source} and valid_to is null`;
  const before = new Map(current.map(({ name, value }) => [name, value]));
  const changes = statements.filter(({ name, value }) => !isSame(before.get(name) ?? null, value));
  if (changes.length === 0) return [];
  const names = changes.map(({ name }) => name);
  const told = changes.filter(({ value }) => value !== null);
  if (new Set([...before.keys(), ...told.map(({ name }) => name)]).size > MOST_NAMES)
    throw new Refusal('INVALID_INPUT', `You may tell ${MOST_NAMES} signals of a conversation. Take some back.`, [
      'signals',
    ]);
  await Promise.all([
    sql`
      update conversation_signals set valid_to = greatest(valid_from, ${tx.now}::timestamptz)
      where conversation_id = ${conversationId} and source = ${source} and name = any (${names}) and valid_to is null`,
    // Two values within a millisecond are one.
    sql`
      delete from conversation_signals
      where conversation_id = ${conversationId} and source = ${source} and name = any (${names}) and valid_from = ${tx.now}`,
    sql`
      insert into conversation_signals (conversation_id, name, source, valid_from, value)
      select ${conversationId}, t.name, ${source}, ${tx.now}, t.value
      from jsonb_to_recordset(${sql.json(told as never)}::jsonb) as t(name text, value jsonb)`,
  ]);
  return names.sort();
}

const isSame = (one: SignalValue | null, other: SignalValue | null) => JSON.stringify(one) === JSON.stringify(other);
