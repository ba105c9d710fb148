import type { RoutingRehearsalId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import { documentOfVersion } from '../policies/known-policies.ts';
import { readHistory } from './read-history.ts';
import type { RehearsalReport } from './rehearsal.ts';
import { rehearseAside, type RehearsalLimits } from './rehearse-aside.ts';

/** More than a hundred times what a day under the default policy takes. */
export const REHEARSAL_LIMITS: RehearsalLimits = { mostSeconds: 600, mostMegabytes: 512 };

interface Open {
  readonly id: RoutingRehearsalId;
  readonly document: string;
  readonly activeVersion: number;
  readonly historyDays: number | null;
  readonly seed: number | null;
}

/**
 * Does the rehearsal that was asked for first, from its beginning: what a process was killed at, or stopped by the signal, is done again. One process at a
 * time may call it. False: none waits.
 */
export async function runRehearsal(
  scope: Scope,
  { signal, limits = REHEARSAL_LIMITS }: { readonly signal: AbortSignal; readonly limits?: RehearsalLimits },
): Promise<boolean> {
  const { sql } = scope.db;
  const [open] = await sql<Open[]>`
    update routing_rehearsals set state = 'running', progress_percent = 0
    where id = (
      select id from routing_rehearsals where state in ('waiting', 'running') order by made_at, id limit 1 for update)
    returning id, document, active_version, history_days, seed`;
  if (!open) return false;
  await sql`delete from routing_rehearsed_contacts where rehearsal_id = ${open.id}`;
  try {
    const report = await rehearse(scope, open, { signal, limits });
    await sql`
      update routing_rehearsals set state = 'done', progress_percent = 100, report = ${sql.json(report as never)},
        ended_at = ${scope.db.now()}
      where id = ${open.id}`;
  } catch (error) {
    if (signal.aborted) return false;
    // Where the database is away, this fails too, and it is done again.
    await sql`update routing_rehearsals set state = 'failed', ended_at = ${scope.db.now()} where id = ${open.id}`;
    throw error;
  }
  return true;
}

async function rehearse(
  scope: Scope,
  open: Open,
  given: { readonly signal: AbortSignal; readonly limits: RehearsalLimits },
): Promise<RehearsalReport> {
  const { sql } = scope.db;
  let telling: Promise<unknown> = Promise.resolve();
  const told = (percent: number) => {
    // One after the other; what could not be written is written with the next.
    telling = telling
      .then(() => sql`update routing_rehearsals set progress_percent = ${percent} where id = ${open.id}`)
      .catch(() => undefined);
  };
  const task = {
    seed: open.seed,
    activeDocument: await documentOfVersion(scope, open.activeVersion),
    rehearsedDocument: open.document,
    history: open.historyDays === null ? null : readHistory(scope, open.historyDays),
  };
  const { report, contacts } = await rehearseAside(task, { ...given, told });
  await telling;
  for (const batch of contacts)
    await sql`
      insert into routing_rehearsed_contacts (rehearsal_id, number, contact, active, rehearsed, is_different)
      select ${open.id}, r.number, r.contact, nullif(r.active, 'null'), nullif(r.rehearsed, 'null'), r."isDifferent"
      from jsonb_to_recordset(${batch}::text::jsonb)
        as r(number integer, contact text, active jsonb, rehearsed jsonb, "isDifferent" boolean)`;
  return report;
}
