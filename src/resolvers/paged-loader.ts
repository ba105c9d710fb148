import DataLoader from 'dataloader';

import { encodeKeyset, type Page, type PageRequest } from '../values/page.ts';

/** A page of what belongs to one parent. */
export interface PageKey<Id extends string> {
  readonly id: Id;
  readonly request: PageRequest;
}

const textOf = ({ first, after }: PageRequest) => `${first}|${after ? encodeKeyset(after) : ''}`;

/** Loads pages below many parents: one statement for all parents that ask for the same page. */
export function makePagedLoader<Id extends string, T>(
  load: (ids: readonly Id[], request: PageRequest) => Promise<Page<T>[]>,
): DataLoader<PageKey<Id>, Page<T>, string> {
  return new DataLoader(
    async (keys) => {
      const pages = new Map<PageKey<Id>, Page<T>>();
      const alike = Map.groupBy(keys, ({ request }) => textOf(request));
      await Promise.all(
        [...alike.values()].map(async (group) => {
          const found = await load(
            group.map(({ id }) => id),
            group[0]!.request,
          );
          for (const [i, key] of group.entries()) pages.set(key, found[i]!);
        }),
      );
      return keys.map((key) => pages.get(key)!);
    },
    { cacheKeyFn: ({ id, request }) => `${id}|${textOf(request)}` },
  );
}
