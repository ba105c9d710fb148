import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import type { AuditTrail } from '../services/access/audit-trail.ts';
import type { Place } from '../services/events/cursor.ts';
import type { Scope } from '../services/scope.ts';
import type { Viewer } from '../values/viewer.ts';
import type { Hub } from './hub.ts';
import type { MissedEvents } from './missed-events.ts';
import type { PersonContexts } from './person-contexts.ts';

/** What the parts of the live edge share. */
export interface EdgeParts {
  readonly database: Database;
  readonly hub: Hub;
  readonly missed: MissedEvents;
  readonly contexts: PersonContexts;
  readonly audit: AuditTrail;
  readonly log: Logger;
  /** Told by a group of readers, by its name, that nobody is left in it. */
  ended(group: string): void;
  cursorOf(place: Place): string;
  scopeOf(viewer: Viewer): Scope;
  /** Lets work go on by itself; a failure is logged with what it was. */
  inBackground(work: Promise<unknown>, what: string): void;
  /** Counts deliveries; when their newest event was committed, by the database, in milliseconds since 1970. Null: it says nothing. */
  delivered(committedAtMs: number | null, count?: number): void;
}

/** Bytes a peer may leave untaken before it is treated as slow. */
export const SLOW_BYTES = 256 * 1024;
