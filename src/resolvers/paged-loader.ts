import DataLoader from 'dataloader';

import type { Page, PageRequest } from '../values/page.ts';

/** A page of what belongs to one parent. */
export interface PageKey<Id extends string, Request extends PageRequest = PageRequest> {
  readonly id: Id;
  /** Plain values: requests are alike when their JSON is. */
  readonly request: Request;
}

const textOf = (request: PageRequest) => JSON.stringify(request);

/** Loads pages below many parents: one statement for all parents that ask for the same page. */
export function makePagedLoader<Id extends string, T, Request extends PageRequest = PageRequest>(
  load: (ids: readonly Id[], request: Request) => Promise<Page<T>[]>,
): DataLoader<PageKey<Id, Request>, Page<T>, string> {
  return new DataLoader(
    async (keys) => {
      const pages = new Map<PageKey<Id, Request>, Page<T>>();
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
