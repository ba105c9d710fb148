import type { Db } from '../database/open-database.ts';
import type { LocationId, PartnerId, VariantId } from '../values/ids.ts';
import { Refusal } from '../values/refusal.ts';
import { DEMO } from './demo-viewer.ts';
import { rollDice } from './dice.ts';
import { demoPeople } from './load-demo-shop.ts';
import { INBOXES, PARTNERS } from './shop.ts';
import { asking, ordering, restocking, returning, type Stage, type Story, tidying } from './stories.ts';

/** Stories at once: few, so that whoever watches one customer sees something happen every few seconds. */
const STORIES = 4;
const MOST_OPEN = 16;
const PAUSE_AFTER_TROUBLE_MS = 2_000;

export interface Traffic {
  /** Ends after the act that is under way. */
  stop: () => Promise<void>;
}

export interface TrafficOptions {
  /** Between two acts, in milliseconds: a number between these. Default 400 to 900. */
  paceMs?: readonly [number, number];
  report: (trouble: unknown) => void;
}

/**
 * Lets the demo shop live: people write, agents answer, parcels move, stock changes. Null when this database does not hold the
 * demo shop. A generator of traffic and no queue of jobs: what it has not done yet is forgotten when it stops.
 */
export async function startTraffic(db: Db, { paceMs = [400, 900], report }: TrafficOptions): Promise<Traffic | null> {
  const stage = await setStage(db);
  if (!stage) return null;
  const stopped = new AbortController();
  const playing = play(stage, { paceMs, report, over: stopped.signal });
  return {
    stop: () => {
      stopped.abort();
      return playing;
    },
  };
}

async function play(
  stage: Stage,
  { paceMs, report, over }: Required<TrafficOptions> & { over: AbortSignal },
): Promise<void> {
  const { dice } = stage;
  const people = demoPeople();
  let cast: { person: (typeof people)[number] | null; story: Story }[] = [];
  while (!over.aborted) {
    if (cast.length < STORIES) {
      const free = people.filter((one) => cast.every(({ person }) => person !== one));
      cast.push(begin(stage, dice.pick(free)));
    }
    const turn = dice.pick(cast);
    let wait = dice.whole(paceMs[0], paceMs[1]);
    try {
      const { done } = await turn.story.next();
      if (done) cast = cast.filter((one) => one !== turn);
    } catch (trouble) {
      // Somebody else plays with the same shop: a refused act ends its story and nothing more.
      cast = cast.filter((one) => one !== turn);
      if (!(trouble instanceof Refusal)) {
        report(trouble);
        wait = PAUSE_AFTER_TROUBLE_MS;
      }
    }
    await pause(wait, over);
  }
}

function begin(stage: Stage, person: ReturnType<typeof demoPeople>[number]) {
  const lot = stage.dice.next();
  if (lot < 0.45) return { person, story: ordering(stage, person) };
  if (lot < 0.7) return { person, story: asking(stage, person) };
  if (lot < 0.85) return { person, story: returning(stage, person) };
  return { person: null, story: lot < 0.93 ? tidying(stage, MOST_OPEN) : restocking(stage) };
}

async function setStage(db: Db): Promise<Stage | null> {
  const { sql } = db;
  const [inboxes, stores, variants, partners, [count]] = await Promise.all([
    sql`select from inboxes where external_id = any(${INBOXES.map(({ externalId }) => externalId)})`,
    sql<{ id: LocationId; name: string }[]>`
      select id, name from locations where kind = 'store' and external_id like 'halla-%' order by external_id`,
    sql<{ id: VariantId; sku: string; title: string }[]>`
      select id, sku, title from variants where sku like 'HL%' order by sku`,
    sql<{ id: PartnerId; externalId: string }[]>`select id, external_id from partners order by external_id`,
    sql<{ orders: number }[]>`select count(*)::int as orders from orders`,
  ]);
  const carriers = PARTNERS.flatMap(({ externalId, name }) => {
    const partner = partners.find((one) => one.externalId === externalId);
    return partner ? [{ id: partner.id, name, prefix: externalId.slice(0, 2).toUpperCase() }] : [];
  });
  if (inboxes.length < INBOXES.length || !stores.length || !variants.length || !carriers.length) return null;
  const run = Date.now().toString(36);
  let names = 0;
  // Orders are never taken away, so their count is above every number that the demo has given before.
  let orders = count!.orders;
  return {
    scope: () => ({ db, viewer: DEMO, now: new Date() }),
    // The same shop at the same moment of its life goes on in the same way.
    dice: rollDice(orders),
    ...{ carriers, stores, variants },
    newName: () => `live-${run}-${(names += 1)}`,
    newOrderNumber: () => `HL-${20_100 + (orders += 1)}`,
  };
}

function pause(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      over.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    over.addEventListener('abort', done);
  });
}
