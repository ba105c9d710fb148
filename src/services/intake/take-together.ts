import { shareTransactions, type Asked } from '../events/share-transactions.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { readSender, readSenderOfSeveral } from './find-sender.ts';
import type { CheckedMessage } from './inbound-message.ts';
import { keepPlaced, type Receipt } from './keep-placed.ts';
import { messageKey } from './look-up-threads.ts';
import { lookUpFree } from './look-up.ts';
import { mentionsOf } from './mentions.ts';
import { placeMessage, type Letter, type Placed } from './place-message.ts';
import type { Situation } from './situation.ts';

/** Messages in one transaction, at most. */
const MOST_TOGETHER = 32;
/** Transactions that go on at once before messages share one. */
const AT_ONCE = 2;
/** One that takes longer is held up by something: nobody waits behind it. */
const PATIENCE_MS = 50;

/**
 * Takes a message in one transaction with those that came meanwhile: a crowd costs a fraction of as many transactions. Null: there is more to it than
 * to a next message of somebody who is known, or somebody else is busy with the person; nothing was changed, and it has to be taken by itself.
 */
export async function takeTogether(scope: Scope, message: CheckedMessage): Promise<Receipt | null> {
  if (message.attachments.length + message.linkedFiles.length > 0) return null;
  const sender = (await readSender(scope, message)) ?? readSenderOfSeveral(scope, message);
  if (!sender) return null;
  return take(scope, { message, sender: { ...sender, mentions: mentionsOf(message) } });
}

const take = shareTransactions<Letter, Receipt>(
  async (tx, handed) => {
    const placed = await placeFree(tx, handed);
    const receipts = await keepPlaced(tx, [...placed.values()]);
    const byHanded = new Map([...placed.keys()].map((each, index) => [each, receipts[index]!]));
    return handed.map((each) => byHanded.get(each) ?? null);
  },
  { most: MOST_TOGETHER, atOnce: AT_ONCE, patienceMs: PATIENCE_MS },
);

/** Those of the messages that are next messages of somebody whom nobody else is busy with, one of each person and external id. */
async function placeFree(tx: TransactionScope, handed: readonly Asked<Letter>[]): Promise<Map<Asked<Letter>, Placed>> {
  const letters = handed.map(({ question }) => question);
  const situations = await lookUpFree(tx, letters);
  const placed = new Map<Asked<Letter>, Placed>();
  const taken = new Set<string>();
  for (const [index, each] of handed.entries()) {
    const situation = situations[index];
    if (!situation || !isOrdinary(situation, each.question)) continue;
    const names = [situation.personId!, messageKey({ ...situation, ...each.question.message })];
    if (names.some((name) => taken.has(name))) continue;
    for (const name of names) taken.add(name);
    const one = placeMessage(each.scope, each.question, situation);
    if (!one.isRouted) placed.set(each, one);
  }
  return placed;
}

const isOrdinary = ({ earlier, isShared, isSettled, rulesVersion }: Situation, { sender }: Letter) =>
  earlier === null && !isShared && isSettled && rulesVersion === sender.rulesVersion;
