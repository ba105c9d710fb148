import type { AgentId, ConversationId, RoutingDecisionId } from '../../values/ids.ts';
import { pageOf, type Page, type PageRequest } from '../../values/page.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import type { CandidateRecord, DecisionRecord } from './core/decision-record.ts';
import { explainDecision } from './core/explain/explain-decision.ts';

/** Who was chosen and why, as it was stored. */
export interface RoutingDecision {
  readonly id: RoutingDecisionId;
  readonly conversationId: ConversationId;
  readonly decidedAt: Date;
  readonly chosenAgentId: AgentId | null;
  readonly requirements: readonly (DecisionRecord['requirements'][number] & { readonly source: string })[];
  readonly candidates: readonly CandidateRecord[];
  readonly othersByReason: DecisionRecord['othersByReason'];
  /** Null, like the circumstances: decided before there were policies. */
  readonly policyVersion: number | null;
  readonly circumstances: Circumstances | null;
  /** In English, as it was said then. */
  readonly explanation: string;
}

/** What a record says besides. */
export type Circumstances = Omit<
  DecisionRecord,
  'taskId' | 'at' | 'policyVersion' | 'requirements' | 'candidates' | 'othersByReason' | 'chosenId'
>;

/** The decision in sentences of this language; of a decision from before there were policies, in English. */
export function explainIn(decision: RoutingDecision, language: string | null): string {
  const { circumstances, policyVersion } = decision;
  if (language === null || circumstances === null || policyVersion === null) return decision.explanation;
  const { id, requirements, candidates, othersByReason, decidedAt, chosenAgentId: chosenId } = decision;
  return explainDecision(
    {
      ...circumstances,
      taskId: id,
      at: decidedAt.getTime(),
      policyVersion,
      requirements,
      candidates,
      othersByReason,
      chosenId,
    },
    language,
  );
}

const decisionColumns = (sql: Scope['db']['sql']) => sql`
  d.id, d.conversation_id, d.decided_at, d.chosen_agent_id, d.requirements, d.candidates, d.others_by_reason,
  d.policy_version, d.circumstances, d.explanation`;

/** Routing decisions, the newest first, of one conversation or of all. */
export async function listRoutingDecisions(
  scope: Scope,
  filter: { readonly conversationId?: string | null },
  request: PageRequest,
): Promise<Page<RoutingDecision>> {
  requireRight(scope.viewer, 'routing:read');
  if (filter.conversationId) requireRight(scope.viewer, 'conversations:read');
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<RoutingDecision[]>`
    select ${decisionColumns(sql)} from routing_decisions d
    where ${filter.conversationId ? sql`d.conversation_id = ${filter.conversationId}` : sql`true`}
      ${after ? sql`and (d.decided_at, d.id) < (${after.at}, ${after.id})` : sql``}
    order by d.decided_at desc, d.id desc
    limit ${request.first + 1}`;
  return pageOf(rows, request, (decision) => ({ at: decision.decidedAt, id: decision.id }));
}

/** Routing decisions in the order asked; null: absent. */
export async function routingDecisionsByIds(scope: Scope, ids: readonly string[]): Promise<(RoutingDecision | null)[]> {
  requireRight(scope.viewer, 'routing:read');
  const { sql } = scope.db;
  const rows = await sql<RoutingDecision[]>`
    select ${decisionColumns(sql)} from routing_decisions d where d.id = any (${ids as string[]}::text[])`;
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** What was decided last on each of these tasks. */
export async function lastDecisionsOfTasks(
  scope: Scope,
  ids: readonly string[],
): Promise<(RoutingDecision & { readonly taskId: string })[]> {
  requireRight(scope.viewer, 'routing:read');
  const { sql } = scope.db;
  return sql`
    select d.*
    from unnest(${ids as string[]}::text[]) as asked(id)
    cross join lateral (
      select d.task_id, ${decisionColumns(sql)} from routing_decisions d where d.task_id = asked.id
      order by d.decided_at desc, d.id desc limit 1
    ) d`;
}
