import { childProcesses } from '../../support/child-processes.ts';
import type { Dice } from '../../support/dice.ts';
import { readFigures } from '../../support/figures.ts';
import type { Acknowledged } from '../../support/persistent-caller.ts';
import { aServerProcess, type Exit, type ServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';
import type { Database } from '../../../src/database/open-database.ts';
import { breakableNats, isOnNats, type BreakableNats } from './breakable-nats.ts';
import type { BreakableDatabase } from './faults-of-database.ts';
import { openShop, type Shop } from './shop.ts';

export interface Place {
  readonly database: Database;
  readonly applicationUrl: string;
  /** Absent: the database cannot be struck. */
  readonly breakable?: BreakableDatabase;
  /** Told of each acknowledged act, to write it down outside of the system. */
  readonly note?: (one: Acknowledged) => void;
}

/** What serves. */
export interface Layout {
  /** Servers on the one database, each with its own port. */
  readonly servers: number;
  /** Over 1: each server is a parent with so many processes behind its port. */
  readonly processes: number;
  /** Events go over a NATS cluster of three. */
  readonly nats: boolean;
  /** How far the clock of each server is ahead, in milliseconds. Absent: they are right, and cannot be set. */
  readonly clocksAheadMs?: readonly number[];
}

/** What the long form plays on, by name. A fault that asks for NATS or for processes plays where they are. */
export const LAYOUTS = {
  alone: { servers: 1, processes: 1, nats: false },
  pair: { servers: 2, processes: 1, nats: false },
  'three behind one port': { servers: 1, processes: 3, nats: false },
  'three on NATS': { servers: 3, processes: 1, nats: true },
  'three that differ about the time': {
    servers: 3,
    processes: 1,
    nats: false,
    clocksAheadMs: [600_000, -600_000, 0],
  },
} satisfies Record<string, Layout>;

export type LayoutName = keyof typeof LAYOUTS;
export const LAYOUT_NAMES = Object.keys(LAYOUTS) as LayoutName[];

/** Servers in front of an audience; several runs may play on it. */
export interface Stage {
  readonly place: Place;
  readonly layout: Layout;
  readonly shop: Shop;
  readonly servers: readonly ServerProcess[];
  /** Servers that a balancer would give nothing new, for they are known to stand still or to stop. */
  readonly leaving: Set<ServerProcess>;
  readonly nats: BreakableNats | null;
  /** As a balancer chooses. */
  anyUrl(chance: Dice): string;
  /** Resolves when everything serves again that should, with the milliseconds it took. Nobody may have to help. */
  healed(): Promise<number>;
  /** Ends the servers in order. */
  close(): Promise<Exit[]>;
}

/** Limits that would get in the way of a load from one machine. */
const SETTINGS = {
  RATE_COST_PER_SECOND: '1000000',
  RATE_COST_BURST: '10000000',
  MAX_SOCKETS_PER_PRINCIPAL: '10000',
  MAX_SOCKETS_PER_BOT: '10000',
};
/** A busy machine is slow to heal; one that did not heal never does. */
const HEALS_WITHIN_MS = 180_000;
/** Often enough for a figure, and nothing that the servers feel. */
export const LOOK_EVERY_MS = 100;

/** X12: a clock of its own, which a signal sets. */
const clockOf = (aheadMs: number) => ({
  NODE_OPTIONS: '--import ./test/support/shifted-clock.mjs',
  CLOCK_AHEAD_MS: String(aheadMs),
  CLOCK_JUMP_MS: String(CLOCK_JUMP_MS),
});
const CLOCK_JUMP_MS = 600_000;

export async function openStage(place: Place, layout: Layout): Promise<Stage> {
  const shop = await openShop(place.database);
  const nats = layout.nats ? await breakableNats(layout.servers) : null;
  const servers = await Promise.all(
    Array.from({ length: layout.servers }, (_, index) =>
      aServerProcess(place.applicationUrl, {
        ...SETTINGS,
        DATABASE_POOL_SIZE: layout.processes > 1 || layout.servers > 2 ? '6' : '8',
        ...(layout.processes > 1 ? { PROCESSES: String(layout.processes) } : {}),
        ...(nats ? { NATS_URL: nats.urls[index]! } : {}),
        ...(layout.clocksAheadMs ? clockOf(layout.clocksAheadMs[index]!) : {}),
      }),
    ),
  );
  const leaving = new Set<ServerProcess>();

  async function isWhole(): Promise<boolean> {
    const ready = await Promise.all(servers.map(isReady));
    if (!ready.every(Boolean)) return false;
    if (nats && !(await isOnNats(servers))) return false;
    return layout.processes === 1 || (await areComplete(servers, layout.processes));
  }

  async function healed(): Promise<number> {
    const began = performance.now();
    await until(isWhole, Boolean, HEALS_WITHIN_MS, LOOK_EVERY_MS);
    return Math.round(performance.now() - began);
  }

  async function close(): Promise<Exit[]> {
    const running = servers.filter(({ isRunning }) => isRunning);
    const exits = await Promise.all(running.map((server) => server.end('SIGTERM')));
    await nats?.close();
    return exits;
  }

  try {
    await Promise.all(servers.map((server) => server.start()));
    await healed();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...{ place, layout, shop, servers, leaving, nats, healed, close },
    anyUrl: (chance) => {
      const serving = servers.filter((one) => one.isRunning && !leaving.has(one));
      return chance.pick(serving.length > 0 ? serving : servers).url;
    },
  };
}

/** Processes behind the one port of a server. */
export const processesOf = ({ pid }: ServerProcess): number[] => childProcesses(pid!, 'src/main.ts');

const isReady = ({ url }: ServerProcess): Promise<boolean> =>
  fetch(`${url}/readyz`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Each of so many processes behind a port answers for itself. */
async function areComplete(servers: readonly ServerProcess[], count: number): Promise<boolean> {
  const all = await Promise.all(servers.map(readFigures));
  return all.every(
    (figures) => [...figures.keys()].filter((name) => name.startsWith('punos_connections{')).length === count,
  );
}
