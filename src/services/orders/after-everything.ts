const DAY_AHEAD_MS = 86_400_000;

/** What the desk does now comes after what it saw, also where a source's clock runs ahead of ours: by a day at most. */
export const afterEverything = (newestAt: Date, now: Date): Date =>
  new Date(Math.min(Math.max(now.getTime(), newestAt.getTime() + 1), now.getTime() + DAY_AHEAD_MS));
