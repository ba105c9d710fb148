import type { AgentId, ParticipantId } from '../../../values/ids.ts';
import { answerQuestion } from '../../conversations/participants/answer-question.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import { catchUp } from '../board/catch-up.ts';
import { lockRouting } from '../board/lock-routing.ts';

/** Whoever was asked comes, and gives the places that the policy says for as long as it takes; or does not. A repeat is answered as done. */
export const answerConsultation = (scope: Scope, id: string, isAccepted: boolean): Promise<ParticipantId> =>
  answerQuestion(scope, id, isAccepted ? takeRoom : null);

/** Takes an agent's room for advice beside all that it does. Answers how many places; null: there is none, and nothing was changed. */
async function takeRoom(tx: TransactionScope, agentId: AgentId): Promise<number | null> {
  const { sql } = tx.db;
  await lockRouting(tx);
  // From here on nobody gives it something else by hand.
  await sql`select 1 from agents where id = ${agentId} for no key update`;
  const places = (await catchUp(tx)).of(tx).roomForAdvice(agentId);
  if (places !== null)
    await sql`update agents set load = load + ${places}::int, last_work_at = ${tx.now} where id = ${agentId}`;
  return places;
}
