import { systemViewer } from '../../access/system-viewer.ts';
import type { Scope } from '../../scope.ts';

/** What a walk over everybody does next: keep their keys, learn, compare whom a key brings together, settle what was found, weigh what is open. */
export type WalkStep = 'keys' | 'learn' | 'compare' | 'settle' | 'weigh';

/** How far a walk over everybody is. */
export interface MatchWalk {
  readonly step: WalkStep;
  /** The last id or key of the step that was looked at. Empty: none yet. */
  readonly place: string;
  /** Compared is only whom a merge has changed since then. Null: everybody. */
  readonly changedSince: Date | null;
}

/** Who walks over everybody for an operator. Whom it merges it compares anew by itself. */
export const MATCH_WALKER = systemViewer('match-walk');

const BEGINNING: MatchWalk = { step: 'keys', place: '', changedSince: null };

/** Who came or changed meanwhile is looked at by the server; after so long a walk is begun anew all the same. */
const OLDEST_HOURS = 24;

/** Where the last walk was stopped. Null: it came to its end, or that is too long ago. */
export async function readMatchWalk({ db: { sql } }: Scope): Promise<MatchWalk | null> {
  const [row] = await sql<MatchWalk[]>`
    select step, place, changed_since from match_walk
    where id = 1 and begun_at > now() - make_interval(hours => ${OLDEST_HOURS})`;
  return row ?? null;
}

/** Begins a walk: of an earlier one nothing is left. */
export async function beginMatchWalk({ db: { sql } }: Scope): Promise<MatchWalk> {
  const { step, place, changedSince } = BEGINNING;
  await sql`delete from match_candidates`;
  await sql`
    insert into match_walk (id, step, place, changed_since, begun_at) values (1, ${step}, ${place}, ${changedSince}, now())
    on conflict (id) do update set step = excluded.step, place = excluded.place, changed_since = excluded.changed_since,
      begun_at = excluded.begun_at`;
  return BEGINNING;
}

/** Keeps how far it is: from there it goes on after whatever ends this process. */
export const keepMatchWalk = async ({ db: { sql } }: Scope, { step, place, changedSince }: MatchWalk): Promise<void> =>
  void (await sql`
    update match_walk set step = ${step}, place = ${place}, changed_since = ${changedSince} where id = 1`);

export const endMatchWalk = async ({ db: { sql } }: Scope): Promise<void> =>
  void (await sql`delete from match_walk where id = 1`);
