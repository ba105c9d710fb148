import { setTimeout as pause } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import type { StockPlace } from '../services/inventory/inventory.ts';
import { recountStock } from '../services/inventory/recount-stock.ts';
import { recountTotals, type WrongOrder } from '../services/orders/recount-totals.ts';
import type { Scope } from '../services/scope.ts';
import type { Jobs } from './jobs.ts';

/** What a recount found. */
export interface Recount {
  readonly orders: { readonly checked: number; readonly wrong: readonly WrongOrder[] };
  readonly stock: { readonly checked: number; readonly wrong: readonly StockPlace[] };
}

/** At night, by the clock of the database's host. */
const EVERY_NIGHT = '23 3 * * *';
/** Rests between batches, so that a recount of millions takes no more than its share of the database. */
const REST_MS = 20;
const MOST_NAMED = 20;

/** Adds up every order and every stock level anew. What is wrong is found, not changed: which side is right is for people to say. */
export async function recount(database: Database, restMs = 0): Promise<Recount> {
  const scope = { db: database, viewer: systemViewer('recount'), now: database.now() };
  return {
    orders: await overAll(scope, recountTotals, restMs),
    stock: await overAll(scope, recountStock, restMs),
  };
}

async function overAll<Place, Wrong>(
  scope: Scope,
  count: (scope: Scope, after: Place | null) => Promise<{ checked: number; wrong: Wrong[]; last: Place | null }>,
  restMs: number,
): Promise<{ checked: number; wrong: Wrong[] }> {
  let checked = 0;
  const wrong: Wrong[] = [];
  for (let after: Place | null = null; ;) {
    const batch: Awaited<ReturnType<typeof count>> = await count(scope, after);
    checked += batch.checked;
    wrong.push(...batch.wrong);
    if (batch.last === null) return { checked, wrong };
    after = batch.last;
    if (restMs > 0) await pause(restMs);
  }
}

/** Recounts every night, in one process at a time. A difference is an error in the log and a figure that an alarm can stand on. */
export async function recountNightly(given: {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly log: Logger;
  readonly onRecounted: (found: { orders: number; stock: number }) => void;
}): Promise<void> {
  const { database, jobs, log, onRecounted } = given;
  await jobs.recur('recount-totals', EVERY_NIGHT, async () => {
    const { orders, stock } = await recount(database, REST_MS);
    onRecounted({ orders: orders.wrong.length, stock: stock.wrong.length });
    for (const [what, { checked, wrong }] of Object.entries({ orders, stock })) {
      const found = { job: 'recount-totals', what, checked, wrong: wrong.length };
      if (wrong.length > 0)
        log.error({ ...found, some: wrong.slice(0, MOST_NAMED) }, 'totals differ from what their sources said');
      else log.info(found, 'totals agree with what their sources said');
    }
  });
}
