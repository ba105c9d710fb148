import type { CustomerId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import { type Link, linkBetween } from './link.ts';
import { blockMates, keepMatchKeys } from './match-keys.ts';
import type { MatchModel } from './match-model.ts';
import { readPersonRecords, type StoredPerson } from './person-records.ts';
import { settleLinks } from './settle-links.ts';

/** From which confidence on what happens. */
export interface ProposalThresholds {
  /** Somebody is asked, from here on; 0 to 1. */
  readonly propose: number;
  /** They are merged without anybody being asked, from here on. Null: never. */
  readonly merge: number | null;
}

/** From percents, as settings have them; 0: never. */
export const thresholdsOf = (percent: {
  readonly proposePercent: number;
  readonly mergePercent: number;
}): ProposalThresholds => ({
  propose: percent.proposePercent / 100,
  merge: percent.mergePercent === 0 ? null : percent.mergePercent / 100,
});

/** What came of it. */
export interface Proposed {
  readonly compared: number;
  readonly proposed: number;
  readonly merged: readonly CustomerId[];
}

/**
 * Compares these persons with all who have a key in common: whoever may be the same is proposed, or merged at once when it is certain
 * enough, nothing verified speaks against it, the members of both on the whole speak for it, and nobody ever said that they are two.
 */
export async function proposeMerges(
  scope: Scope,
  model: MatchModel,
  ids: readonly string[],
  thresholds: ProposalThresholds,
): Promise<Proposed> {
  const { sql } = scope.db;
  const persons = await readPersonRecords(sql, ids);
  await keepMatchKeys(sql, ids, persons);
  const mates = await blockMates(sql, [...persons.keys()]);
  const missing = [...new Set([...mates.values()].flat())].filter((id) => !persons.has(id));
  const all = new Map([...persons, ...(await readPersonRecords(sql, missing))]);
  const { links, compared } = linksAmong(model, { persons, mates, all }, thresholds.propose);
  // Whom a merge has changed is looked at again with what it knows then: its other links are asked anew.
  const { proposed, merged } = await settleLinks(scope, model, links, { mergeFrom: thresholds.merge, ids });
  return { compared, proposed, merged: [...merged] };
}

function linksAmong(
  model: MatchModel,
  given: {
    persons: ReadonlyMap<CustomerId, StoredPerson>;
    mates: ReadonlyMap<CustomerId, readonly CustomerId[]>;
    all: ReadonlyMap<CustomerId, StoredPerson>;
  },
  from: number,
): { links: Link[]; compared: number } {
  const links: Link[] = [];
  let compared = 0;
  for (const a of given.persons.values())
    for (const mateId of given.mates.get(a.id) ?? []) {
      const b = given.all.get(mateId);
      if (!b || (given.persons.has(mateId) && mateId < a.id)) continue;
      compared += 1;
      const link = linkBetween(model, a, b, from);
      if (link) links.push(link);
    }
  return { links: links.sort((one, other) => other.confidence - one.confidence), compared };
}
