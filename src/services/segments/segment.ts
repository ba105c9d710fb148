import type { Sql } from '../../database/open-database.ts';
import type { SegmentId } from '../../values/ids.ts';
import type { SegmentFilter } from '../../values/segments.ts';

/** A saved filter, and how far everybody was looked at for it. */
export interface Segment {
  readonly id: SegmentId;
  readonly name: string;
  readonly filter: SegmentFilter;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly examined: number;
  /** Null: the look at everybody has not begun. */
  readonly toExamine: number | null;
  /** Everybody was looked at since its filter is what it is. */
  readonly isComplete: boolean;
}

export const segmentColumns = (sql: Sql) => sql`
  s.id, s.name, s.filter, s.version, s.created_at, s.updated_at, s.examined, s.to_examine, s.examined_up_to is null as is_complete`;
