import type { ClientLoad, ClientReadings } from './parts/http-clients.ts';
import type { Part } from './parts/part.ts';
import { median, rounded, spreadOf } from './statistics.ts';

/** A server that is measured: ours or the floor. */
export interface Side {
  server: Part;
  url: string;
  /** Null: requests are signed. */
  key: string | null;
  /** What it is asked, where that makes the difference. Absent: the same as the other side. */
  ask?: ClientLoad['ask'];
}

interface Window extends ClientReadings {
  cpuMsPerRequest: number;
}

type Pair = { ours: Window; floor: Window };

/** Ours, the floor, ours, the floor …: what disturbs the machine meets both. Each side is warmed up by a window that does not count. */
export async function measureInPairs(
  { clients, ours, floor }: { clients: Part; ours: Side; floor: Side },
  load: Omit<ClientLoad, 'url' | 'key' | 'seed'>,
  { pairs, told }: { pairs: number; told: (pair: number) => void },
): Promise<Pair[]> {
  const measured = async ({ server, url, key, ask = load.ask }: Side, seed: number): Promise<Window> => {
    const before = await server.ask<number>('cpu');
    const readings = await clients.ask<ClientReadings>('load', { ...load, ask, url, key, seed });
    const after = await server.ask<number>('cpu');
    return { ...readings, cpuMsPerRequest: ((after - before) * 1_000) / readings.requests };
  };
  for (const [seed, side] of [ours, floor].entries()) await measured(side, seed);
  const windows: Pair[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    // Other customers for the second side, or it would find the pages that the first one has fetched.
    const first = await measured(ours, pair * 2);
    windows.push({ ours: first, floor: await measured(floor, pair * 2 + 1) });
    told(pair);
  }
  return windows;
}

/** The medians over the pairs, and the median of their ratios. */
export function summarise(windows: readonly Pair[]) {
  const rate = ({ requests, seconds }: Window) => requests / seconds;
  const of = (side: keyof Pair, read: (window: Window) => number) =>
    rounded(median(windows.map((pair) => read(pair[side]))));
  const latencies = (side: keyof Pair) => spreadOf(windows.flatMap((pair) => pair[side].latenciesMs));
  const [ours, floor] = [latencies('ours'), latencies('floor')];
  return {
    value: of('ours', rate),
    floor: of('floor', rate),
    ratio: rounded(median(windows.map((pair) => rate(pair.ours) / rate(pair.floor)))),
    with: {
      pairs: windows.length,
      ...{ p50Ms: ours.p50, p99Ms: ours.p99, floorP50Ms: floor.p50, floorP99Ms: floor.p99 },
      cpuMsPerRequest: of('ours', (window) => window.cpuMsPerRequest),
      floorCpuMsPerRequest: of('floor', (window) => window.cpuMsPerRequest),
    },
  };
}
