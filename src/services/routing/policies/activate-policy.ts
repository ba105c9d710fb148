import { checkOptionalText } from '../../../values/check-text.ts';
import { Refusal } from '../../../values/refusal.ts';
import { requireRight } from '../../access/role-rights.ts';
import { atomically, recordFact } from '../../events/atomically.ts';
import { stream, topic } from '../../events/fact.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import { checkBySchema } from '../core/check-by-schema.ts';
import { POLICY_SCHEMA } from '../core/policy-schema.ts';
import type { Condition } from '../core/routing-policy.ts';
import { LONGEST_NOTE, parse, refusalsOf } from './create-policy.ts';
import { SHIPPED_VERSION } from './policy-record.ts';
import { versionsInForce } from './versions-in-force.ts';

export interface ActivationWish {
  readonly version: number;
  /** Null or absent: now. */
  readonly at?: Date | null | undefined;
  /** JSON: a list of conditions. Null or absent: for all. */
  readonly segment?: string | null | undefined;
  /** Of the segment, who goes on as before. Default: 0. */
  readonly controlPercent?: number | null | undefined;
  readonly note?: string | null | undefined;
  /** The version for all that it was decided on; null: whichever holds. */
  readonly expectedVersion?: number | null | undefined;
}

const LONGEST_AHEAD_MS = 366 * 86_400_000;
const MOST_CONTROL_PERCENT = 99;

/** Lets a version hold from a moment on, for all or for some of a segment. Answers the version. */
export async function activatePolicy(scope: Scope, wish: ActivationWish): Promise<number> {
  requireRight(scope.viewer, 'policies:write');
  const note = checkOptionalText(wish.note, ['input', 'note'], LONGEST_NOTE);
  const beginsAt = readMoment(scope, wish.at ?? null);
  const segment = wish.segment == null ? null : readSegment(wish.segment);
  const controlPercent = readControl(wish.controlPercent ?? null, segment);
  return atomically(scope, async (tx) => {
    await lockActivations(tx);
    const { sql } = tx.db;
    const { version } = wish;
    const [there] = await sql`select 1 from routing_policies where version = ${version}`;
    if (!there && version !== SHIPPED_VERSION)
      throw new Refusal('NOT_FOUND', 'There is no such version of the routing policy.', ['input', 'version']);
    const inForce = await versionsInForce(tx);
    if (wish.expectedVersion != null && wish.expectedVersion !== inForce.version)
      throw new Refusal('CONFLICT', `Version ${inForce.version} holds by now. Read it, then decide.`, [
        'input',
        'expectedVersion',
      ]);
    if (segment && version === inForce.version)
      throw new Refusal('INVALID_INPUT', 'This version holds for everybody: there is nothing to try.', [
        'input',
        'version',
      ]);
    const [made] = await sql<{ number: number }[]>`
      insert into routing_policy_activations (version, begins_at, segment, control_percent, note, made_at, made_by)
      values (${version}, ${beginsAt}, ${segment && sql.json(segment as never)}, ${controlPercent}, ${note}, ${tx.now},
        ${tx.viewer.principal})
      returning number::int as number`;
    recordFact(tx, {
      type: 'routing.policy_activated',
      streams: [stream.routingPolicies],
      topics: [topic.routing],
      details: { version, number: made!.number, beginsAt: beginsAt.toISOString(), isForAll: !segment, controlPercent },
    });
    return version;
  });
}

/** Who decides what holds does so one after the other. Reading goes on meanwhile. */
export const lockActivations = (tx: TransactionScope) =>
  tx.db.sql`lock table routing_policy_activations in share row exclusive mode`;

function readMoment({ now }: Scope, at: Date | null): Date {
  if (at === null) return now;
  const aheadMs = at.getTime() - now.getTime();
  if (!(aheadMs >= 0 && aheadMs <= LONGEST_AHEAD_MS))
    throw new Refusal('INVALID_INPUT', '`at` must lie ahead, 366 days at most. Leave it out for now.', ['input', 'at']);
  return at;
}

function readSegment(text: string): readonly Condition[] {
  const field = ['input', 'segment'];
  const written = parse(text, field);
  const faults = checkBySchema(written, {
    ...{ type: 'array', minItems: 1, maxItems: 20, items: { $ref: '#/$defs/condition' } },
    $defs: POLICY_SCHEMA.$defs!,
  });
  if (faults.length > 0) throw refusalsOf(faults, field);
  return written as Condition[];
}

function readControl(percent: number | null, segment: readonly Condition[] | null): number | null {
  const field = ['input', 'controlPercent'];
  if (!segment) {
    if (percent !== null)
      throw new Refusal('INVALID_INPUT', 'A control group is of a segment. Name the `segment`, too.', field);
    return null;
  }
  const control = percent ?? 0;
  if (control < 0 || control > MOST_CONTROL_PERCENT)
    throw new Refusal('INVALID_INPUT', `A control group is 0 to ${MOST_CONTROL_PERCENT} percent.`, field);
  return control;
}
