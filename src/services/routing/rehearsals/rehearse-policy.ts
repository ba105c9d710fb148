import { newId, type RoutingRehearsalId } from '../../../values/ids.ts';
import { Refusal } from '../../../values/refusal.ts';
import { requireRight } from '../../access/role-rights.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import { DEFAULT_POLICY_DOCUMENT } from '../core/default-policy.ts';
import { checkDocument } from '../policies/create-policy.ts';
import { SHIPPED_VERSION } from '../policies/policy-record.ts';
import { versionsInForce } from '../policies/versions-in-force.ts';

/** What is rehearsed, and over what: of each pair one. */
export interface RehearsalWish {
  readonly version?: number | null | undefined;
  readonly document?: string | null | undefined;
  readonly historyDays?: number | null | undefined;
  readonly seed?: number | null | undefined;
}

const MOST_DAYS = 31;
/** So many wait or run at once: each takes a process for minutes. */
const MOST_OPEN = 20;

/** Asks for a rehearsal beside the policy that is active now. It is done in the background; nothing that holds is changed by it. */
export async function rehearsePolicy(scope: Scope, wish: RehearsalWish): Promise<RoutingRehearsalId> {
  requireRight(scope.viewer, 'policies:write');
  const { version = null, document = null, historyDays = null, seed = null } = wish;
  if ((version === null) === (document === null))
    throw new Refusal('INVALID_INPUT', 'Name a `version` or give a `document`, one of the two.', ['input', 'version']);
  if ((historyDays === null) === (seed === null))
    throw new Refusal('INVALID_INPUT', 'Name `historyDays` or the `seed` of a day that is drawn, one of the two.', [
      'input',
      'historyDays',
    ]);
  if (historyDays !== null && (historyDays < 1 || historyDays > MOST_DAYS))
    throw new Refusal('INVALID_INPUT', `History is looked at 1 to ${MOST_DAYS} days back.`, ['input', 'historyDays']);
  if (document !== null) checkDocument(document, ['input', 'document']);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const written = document ?? (await documentOf(tx, version!));
    const inForce = await versionsInForce(tx);
    const id = newId('routingRehearsal');
    // Two at once may make one more than that.
    const made = await sql`
      insert into routing_rehearsals (id, state, version, document, active_version, history_days, seed, made_at, made_by)
      select ${id}, 'waiting', ${version}::int, ${written}, ${inForce.version}::int, ${historyDays}::int, ${seed}::int,
        ${tx.now}::timestamptz, ${tx.viewer.principal}
      where (select count(*) from routing_rehearsals where state in ('waiting', 'running')) < ${MOST_OPEN}`;
    if (made.count === 0)
      throw new Refusal('INVALID_INPUT', `${MOST_OPEN} rehearsals wait already. Ask again when one of them is done.`);
    return id;
  });
}

async function documentOf(tx: TransactionScope, version: number): Promise<string> {
  if (version === SHIPPED_VERSION) return JSON.stringify(DEFAULT_POLICY_DOCUMENT);
  const [row] = await tx.db.sql<{ document: string }[]>`
    select document from routing_policies where version = ${version}`;
  if (row) return row.document;
  throw new Refusal('NOT_FOUND', 'There is no such version of the routing policy.', ['input', 'version']);
}
