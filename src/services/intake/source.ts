import type { SourceKind } from '../../values/sources.ts';

/** A system that tells facts, and what is expected of it. */
export interface Source {
  readonly kind: SourceKind;
  readonly name: string;
  readonly firstHeardAt: Date;
  /** To ten seconds. */
  readonly lastHeardAt: Date;
  /** Null: nothing is expected, and it is never stale. */
  readonly expectedEverySeconds: number | null;
  readonly owner: string | null;
  readonly serviceLevel: string | null;
  readonly errorProcedure: string | null;
  readonly staleSince: Date | null;
}
