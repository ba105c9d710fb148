import postgres from 'postgres';

import { checkName } from '../../values/check-text.ts';
import { newId, type SegmentId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { SegmentFilter } from '../../values/segments.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { checkFilter } from './check-filter.ts';

const LONGEST_NAME = 200;
/** Each is asked of everybody who changes. Of those who create at once each may be the last. */
const MOST_SEGMENTS = 500;

export interface SegmentStatement {
  readonly name: string;
  readonly filter: SegmentFilter;
}

/** Saves a filter. Who belongs to it is found out by and by: `isComplete` tells when everybody was looked at. Throws INVALID_INPUT and NAME_TAKEN. */
export async function createSegment(scope: Scope, statement: SegmentStatement): Promise<SegmentId> {
  requireRight(scope.viewer, 'segments:write');
  const { name, filter } = checkStatement(statement);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    // The row that says how far the journal was followed. Whoever works on segments holds it: nobody waits for them.
    await sql`insert into segment_place (id, cursor) values (1, null) on conflict (id) do nothing`;
    const [row] = await sql<{ count: number }[]>`select count(*)::int as count from segments where not is_deleted`;
    if (row!.count >= MOST_SEGMENTS)
      throw new Refusal('INVALID_INPUT', `There are ${MOST_SEGMENTS} segments; delete one first.`, ['input']);
    const id = newId('segment');
    await refuseTaken(
      () => sql`
        insert into segments (id, name, filter, version, created_at, updated_at, examined_up_to)
        values (${id}, ${name}, ${sql.json(filter as never)}, 1, ${tx.now}, ${tx.now}, '')`,
    );
    return tell(tx, id, 'segment.recorded');
  });
}

/** Changes what is given. With another filter everybody is looked at again; until then who belonged to it stays. */
export async function updateSegment(
  scope: Scope,
  id: string,
  statement: Partial<SegmentStatement>,
  expectedVersion: number | null = null,
): Promise<SegmentId> {
  requireRight(scope.viewer, 'segments:write');
  const name = statement.name == null ? null : checkSegmentName(statement.name);
  const filter = statement.filter == null ? null : checkFilter(statement.filter, ['input', 'filter']);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const { id: segmentId, version } = await lockSegment(tx, id);
    if (expectedVersion !== null && version !== expectedVersion)
      throw new Refusal('CONFLICT', `Version ${version} counts by now. Read it, then decide.`, ['expectedVersion']);
    const given = filter && sql.json(filter as never);
    await refuseTaken(
      () => sql`
        update segments set name = coalesce(${name}, name), version = version + 1, updated_at = ${tx.now},
          examined_up_to = case when ${given}::jsonb <> filter then '' else examined_up_to end,
          examined = case when ${given}::jsonb <> filter then 0 else examined end,
          to_examine = case when ${given}::jsonb <> filter then null else to_examine end,
          filter = coalesce(${given}::jsonb, filter)
        where id = ${segmentId}`,
    );
    return tell(tx, segmentId, 'segment.recorded');
  });
}

/** Nobody sees it from now on; its members leave by and by. */
export async function deleteSegment(scope: Scope, id: string): Promise<SegmentId> {
  requireRight(scope.viewer, 'segments:write');
  return atomically(scope, async (tx) => {
    const { id: segmentId } = await lockSegment(tx, id);
    await tx.db.sql`update segments set is_deleted = true, updated_at = ${tx.now} where id = ${segmentId}`;
    return tell(tx, segmentId, 'segment.deleted');
  });
}

async function lockSegment(tx: TransactionScope, id: string): Promise<{ id: SegmentId; version: number }> {
  const [row] = await tx.db.sql<{ id: SegmentId; version: number }[]>`
    select id, version from segments where id = ${id} and not is_deleted for no key update`;
  if (!row) throw new Refusal('NOT_FOUND', 'There is no segment with this id.', ['id']);
  return row;
}

function tell(tx: TransactionScope, segmentId: SegmentId, type: 'segment.recorded' | 'segment.deleted'): SegmentId {
  recordFact(tx, { type, streams: [stream.segment(segmentId)], details: { segmentId } });
  return segmentId;
}

const checkSegmentName = (name: string): string => checkName(name.trim(), ['input', 'name'], LONGEST_NAME);

const checkStatement = ({ name, filter }: SegmentStatement): SegmentStatement => ({
  name: checkSegmentName(name),
  filter: checkFilter(filter, ['input', 'filter']),
});

async function refuseTaken(write: () => PromiseLike<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.constraint_name === 'segments_name')
      throw new Refusal('NAME_TAKEN', 'Another segment has this name.', ['input', 'name']);
    throw error;
  }
}
