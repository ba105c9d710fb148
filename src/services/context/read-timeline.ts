import { AccessDenied } from '../../values/access-denied.ts';
import type { CustomerId } from '../../values/ids.ts';
import { pageOf, type Page } from '../../values/page.ts';
import type { TimelineKind } from '../../values/timeline.ts';
import { servesViewer } from '../access/purposes.ts';
import { reachOf } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import {
  pageStatement,
  SOURCES,
  type PageParameter,
  type PageShape,
  type PageStatement,
  type TimelineRequest,
} from './timeline-sources.ts';

/** One thing that happened with a person. What it is about is named by id; what the table alone knows stands in `details`. */
export interface TimelineEntry {
  readonly kind: TimelineKind;
  /** Unique within the timeline. */
  readonly id: string;
  readonly occurredAt: Date;
  readonly channel: string | null;
  readonly subjectId: string;
  /** The conversation of a message, the order of a scan. Null: the subject stands alone. */
  readonly parentId: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/**
 * A page of each person's timeline over all members, newest first: one statement, merged from the ends of one index a source.
 * A viewer who lacks a source's right has no such entries; who asks for them by kind is denied. Nor has anybody what the person refused.
 */
export async function timelinesOfPersons(
  scope: Scope,
  personIds: readonly CustomerId[],
  request: TimelineRequest,
): Promise<Page<TimelineEntry>[]> {
  const { db, viewer } = scope;
  const reach = reachOf(viewer, 'customers:read');
  if (!reach) throw new AccessDenied('customers:read');
  const sources = sourcesFor(scope, request);
  const keysetOf = (entry: TimelineEntry) => ({ at: entry.occurredAt, id: entry.id });
  if (sources.length === 0) return personIds.map(() => pageOf<TimelineEntry>([], request, keysetOf));
  const { after, since, until, channels, kinds } = request;
  const shape: PageShape = {
    ...{ sources, isAfter: after !== null, isSince: since !== null, isUntil: until !== null },
    ...{ isOnChannels: channels !== null, isOwn: reach === 'own' },
  };
  const values: Record<PageParameter, unknown> = {
    ...{ persons: personIds, limit: request.first + 1, at: after?.at, id: after?.id, since, until, channels },
    own: viewer.customerId,
  };
  const { text, parameters, isKept } = statementFor(shape, kinds === null && channels === null);
  const rows = await (isKept ? db.hot : db.sql).unsafe<(TimelineEntry & { personId: CustomerId })[]>(
    text,
    parameters.map((name) => values[name] as never),
    { prepare: isKept },
  );
  const byPerson = Map.groupBy(rows, ({ personId }) => personId);
  return personIds.map((id) => pageOf<TimelineEntry>(byPerson.get(id) ?? [], request, keysetOf));
}

/** Prepared statements are never forgotten: rights that nobody else has, and filters, get along without. */
const MOST_KEPT = 64;
const kept = new Map<string, PageStatement>();

/** Writing and planning the statement costs more than reading a page: those without filters are kept, and prepared. */
function statementFor(shape: PageShape, mayBeKept: boolean): PageStatement & { isKept: boolean } {
  if (!mayBeKept) return { ...pageStatement(shape), isKept: false };
  const { sources, isAfter, isSince, isUntil, isOwn } = shape;
  const key = `${[isAfter, isSince, isUntil, isOwn].join()} ${sources.map((source) => SOURCES.indexOf(source)).join()}`;
  const statement = kept.get(key) ?? pageStatement(shape);
  if (kept.size < MOST_KEPT) kept.set(key, statement);
  return { ...statement, isKept: kept.has(key) };
}

function sourcesFor({ viewer }: Scope, { kinds, channels }: TimelineRequest) {
  const wanted = SOURCES.filter((source) => kinds === null || kinds.includes(source.kind));
  for (const { right } of wanted) if (kinds !== null && reachOf(viewer, right) === null) throw new AccessDenied(right);
  return wanted.filter(
    ({ right, channel, dataClass }) =>
      reachOf(viewer, right) !== null &&
      (dataClass === undefined || servesViewer(viewer, dataClass)) &&
      (channels === null || channel !== undefined),
  );
}
