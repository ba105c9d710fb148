import type { CustomerId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import { findCandidates } from './find-candidates.ts';
import { freshMatchModel } from './fresh-match-model.ts';
import { keepMatchKeys } from './match-keys.ts';
import { type MatchModel, readMatchModel } from './match-model.ts';
import { beginMatchWalk, endMatchWalk, keepMatchWalk, type MatchWalk, readMatchWalk } from './match-walk.ts';
import { readPersonRecords } from './person-records.ts';
import type { ProposalThresholds } from './propose-merges.ts';
import { settleCandidates } from './settle-candidates.ts';
import { weighOpenProposals } from './weigh-open-proposals.ts';

/** Customers that are read at a time: what is in memory does not depend on how many there are. */
const AT_ONCE = 500;

/** What is counted while a walk goes on. */
export type WalkUnit =
  'customers read' | 'blocks learned from' | 'blocks compared' | 'pairs settled' | 'proposals weighed';

export interface Walking {
  readonly thresholds: ProposalThresholds;
  /** Told again and again how far it is. */
  readonly onProgress?: (unit: WalkUnit, done: number, total: number) => void;
  /** Stops it after what is under way: the next walk goes on from there. */
  readonly signal?: AbortSignal;
  /** True: where an earlier walk was stopped is forgotten, and how much each field says is learned anew. Default: false. */
  readonly isAnew?: boolean;
}

/** What a walk has done since it was begun or went on. */
export interface Walked {
  /** Persons of whom something is known. */
  readonly persons: number;
  readonly compared: number;
  readonly proposed: number;
  readonly merges: number;
  /** False: it was stopped, and the next one goes on. */
  readonly isDone: boolean;
}

interface Walk extends Pick<Walking, 'thresholds'> {
  readonly isAnew: boolean;
  readonly scope: Scope;
  readonly at: MatchWalk;
  readonly sum: { -readonly [Count in Exclude<keyof Walked, 'isDone'>]: number };
  readonly show: NonNullable<Walking['onProgress']>;
  /** Keeps the place that is reached within the step. False: stop. */
  readonly reach: (place: string) => Promise<boolean>;
}

/**
 * Looks through everybody for persons who are one: gives them the keys under which they are looked for, learns how much each field says, compares
 * whom a key brings together, and settles what was found, the surest first. Whom a merge has changed is compared once more; each round leaves fewer
 * persons, so it ends. How far it is stands in the database: it may be stopped or killed at any moment, and goes on.
 */
export async function walkPersons(given: Scope, walking: Walking): Promise<Walked> {
  const { thresholds, onProgress: show = () => undefined, signal, isAnew = false } = walking;
  const sum = { persons: 0, compared: 0, proposed: 0, merges: 0 };
  let at = (isAnew ? null : await readMatchWalk(given)) ?? (await beginMatchWalk(given));
  while (!signal?.aborted) {
    const scope = { ...given, now: given.db.now() };
    const reach = async (place: string) => {
      at = { ...at, place };
      await keepMatchWalk(scope, at);
      return !signal?.aborted;
    };
    const next = await step({ scope, at, thresholds, isAnew, sum, show, reach });
    if (next === 'end') {
      await endMatchWalk(scope);
      return { ...sum, isDone: true };
    }
    if (next === 'stopped') break;
    at = next;
    await keepMatchWalk(scope, at);
  }
  return { ...sum, isDone: false };
}

type Next = MatchWalk | 'end' | 'stopped';

async function step(walk: Walk): Promise<Next> {
  const { scope, at, sum } = walk;
  if (at.step === 'keys') return keepAllMatchKeys(walk);
  if (at.step === 'learn') return learn(walk);
  const model = await readMatchModel(scope.db.sql);
  if (!model) return 'end';
  sum.persons = model.personCount;
  if (at.step === 'compare') return compare(walk, model);
  return at.step === 'settle' ? settle(walk, model) : weigh(walk, model);
}

/** Gives every customer the keys under which they are looked for. */
async function keepAllMatchKeys({ scope, at, show, reach }: Walk): Promise<Next> {
  const { sql } = scope.db;
  const [counted] = await sql<{ total: number; done: number }[]>`
    select count(*)::int as total, (count(*) filter (where id <= ${at.place}))::int as done from customers`;
  let [{ done }, after] = [counted!, at.place];
  for (;;) {
    const rows = await sql<{ id: CustomerId }[]>`
      select id from customers where id > ${after} order by id limit ${AT_ONCE}`;
    if (rows.length === 0) return { step: 'learn', place: '', changedSince: null };
    const ids = rows.map(({ id }) => id);
    await keepMatchKeys(sql, ids, await readPersonRecords(sql, ids));
    after = ids.at(-1)!;
    done += ids.length;
    show('customers read', done, Math.max(done, counted!.total));
    if (!(await reach(after))) return 'stopped';
  }
}

/** As the server does: what was learned from everybody's doubles is not learned anew from those that merges have left. */
async function learn({ scope, isAnew, show }: Walk): Promise<Next> {
  const known = isAnew ? null : await readMatchModel(scope.db.sql);
  const model = await freshMatchModel(scope, known, (done, total) => show('blocks learned from', done, total));
  return model ? { step: 'compare', place: '', changedSince: null } : 'end';
}

async function compare({ scope, at, thresholds, sum, show, reach }: Walk, model: MatchModel): Promise<Next> {
  let isStopped = false;
  sum.compared += await findCandidates(scope, model, {
    from: thresholds.propose,
    after: at.place === '' ? -1 : Number(at.place),
    changed: at.changedSince && (await changedSince(scope, at.changedSince)),
    async onBlocks(done, total, key) {
      show('blocks compared', done, total);
      isStopped = !(await reach(String(key)));
      return !isStopped;
    },
  });
  return isStopped ? 'stopped' : { step: 'settle', place: '', changedSince: scope.now };
}

/** Whom a merge by itself has changed. */
async function changedSince({ db: { sql } }: Scope, since: Date): Promise<ReadonlySet<CustomerId>> {
  const rows = await sql<{ id: CustomerId }[]>`
    select distinct person_id as id from merges where merged_at >= ${since} and reason = 'confidence'`;
  return new Set(rows.map(({ id }) => id));
}

async function settle({ scope, at, thresholds, sum, show, reach }: Walk, model: MatchModel): Promise<Next> {
  const { sql } = scope.db;
  const [counted] = await sql<{ total: number }[]>`select count(*)::int as total from match_candidates`;
  for (let done = 0; ;) {
    const now = { ...scope, now: scope.db.now() };
    const found = await settleCandidates(now, model, thresholds);
    if (found.settled === 0) break;
    sum.proposed += found.proposed;
    sum.merges += found.merges;
    done += found.settled;
    show('pairs settled', done, Math.max(done, counted!.total));
    if (!(await reach(''))) return 'stopped';
  }
  const [row] = await sql<{ isChanged: boolean }[]>`
    select exists (select from merges where merged_at >= ${at.changedSince} and reason = 'confidence') as is_changed`;
  return { step: row!.isChanged ? 'compare' : 'weigh', place: '', changedSince: at.changedSince };
}

async function weigh({ scope, at, thresholds, show, reach }: Walk, model: MatchModel): Promise<Next> {
  const [counted] = await scope.db.sql<{ total: number; done: number }[]>`
    select count(*)::int as total, (count(*) filter (where id <= ${at.place}))::int as done from merge_proposals where state = 'open'`;
  const { total, done: before } = counted!;
  let done = before;
  for (let after = at.place; ;) {
    const weighed = await weighOpenProposals(scope, model, { after, from: thresholds.propose });
    if (!weighed) return 'end';
    done += weighed.count;
    show('proposals weighed', Math.min(done, total), total);
    after = weighed.lastId;
    if (!(await reach(after))) return 'stopped';
  }
}
