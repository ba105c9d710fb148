import DataLoader from 'dataloader';

import type { Activity } from '../../schema/activity/activity.ts';
import { activitiesByIds, activitiesOfPersons } from '../../services/activity/read-activities.ts';
import type { Scope } from '../../services/scope.ts';
import type { CustomerId } from '../../values/ids.ts';
import type { ActivityKind } from '../../values/vocabulary.ts';
import { makePagedLoader } from '../paged-loader.ts';
import { toActivity } from './to-activity.ts';

export function makeActivityLoaders(scope: Scope) {
  const byKinds = new Map<string, ReturnType<typeof ofPersons>>();
  const ofPersons = (kinds: readonly ActivityKind[] | null) =>
    makePagedLoader(async (ids: readonly CustomerId[], request) =>
      (await activitiesOfPersons(scope, ids, { ...request, kinds })).map(({ nodes, hasNextPage }) => ({
        nodes: nodes.map(toActivity),
        hasNextPage,
        keysetOf: ({ occurredAt, id }: Activity) => ({ at: occurredAt, id }),
      })),
    );
  return {
    activity: new DataLoader<string, Activity | null>(async (ids) =>
      (await activitiesByIds(scope, ids)).map((row) => row && toActivity(row)),
    ),
    /** Pages of persons; lists of the same kinds share a loader. */
    activitiesOfPerson(kinds: readonly ActivityKind[] | null) {
      const key = kinds?.join(' ') ?? '*';
      const loader = byKinds.get(key) ?? ofPersons(kinds);
      byKinds.set(key, loader);
      return loader;
    },
  };
}
