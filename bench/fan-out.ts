import type { Bench } from './bench.ts';
import {
  measurePackets,
  onPacketStage,
  runWindow,
  summarisePackets,
  tellComplete,
  type PacketLoad,
  type PacketPair,
  type PacketSide,
  type PacketStage,
} from './packet-stage.ts';
import { rounded } from './statistics.ts';

const LOADS: readonly PacketLoad[] = [
  { name: '1000', subscribers: 1_000, customers: 1, perSecond: 50 },
  { name: '5000', subscribers: 5_000, customers: 1, perSecond: 5 },
];
const QUICK: readonly PacketLoad[] = [
  { name: '1000', subscribers: 20, customers: 1, perSecond: 20 },
  { name: '5000', subscribers: 50, customers: 1, perSecond: 5 },
];
/** Events a second for 1,000 subscribers, raised until more is written than arrives. */
const RAISED = [100, 150, 200, 300, 400];
/** More than this share of what was written did not arrive in time: saturated. */
const ARRIVES = 0.95;

export const fanOut: Bench = {
  summary:
    'one packet to many: 1,000 subscribers of one customer × 50 events/s, 5,000 × 5/s, then the rate raised until it saturates',
  run(ground) {
    const { quick } = ground.options;
    return onPacketStage(ground, async (stage) => {
      for (const load of quick ? QUICK : LOADS)
        tell(
          stage,
          load,
          await measurePackets(stage, load, quick ? { pairs: 1, seconds: 1 } : { pairs: 5, seconds: 10 }),
        );
      await saturate(stage, quick ? { ...QUICK[0]!, rates: [40] } : { ...LOADS[0]!, rates: RAISED });
    });
  },
};

function tell(stage: PacketStage, load: PacketLoad, windows: readonly PacketPair[]): void {
  const { report, options } = stage;
  const summary = summarisePackets(windows);
  const { ours, floor } = summary;
  const { name, subscribers, perSecond } = load;
  const conditions = {
    ...{ subscribers, perSecond, customers: options.customers, pairs: windows.length },
    ...{ bytesPerPacket: ours.bytesPerPacket, floorBytesPerPacket: floor.bytesPerPacket },
    ...{ maxMs: ours.latency.max, floorMaxMs: floor.latency.max },
  };
  const compare = (what: string, unit: string, { value, floor: atFloor, asked, isMet }: Compared) => {
    const ratio = rounded(value / atFloor);
    const judged = { value, floor: atFloor, ratio, asked, met: isMet(ratio) };
    report.figure({ figure: `fan-out.${name}.${what}`, unit, ...judged, with: conditions });
  };
  compare('rate', 'packets/s', { value: ours.packetsPerSecond, floor: floor.packetsPerSecond, ...atLeast(0.95) });
  compare('cpu', 'ms of CPU a packet', { value: ours.cpuMsPerPacket, floor: floor.cpuMsPerPacket, ...atMost(1.3) });
  compare('p50', 'ms from commit', { value: ours.latency.p50, floor: floor.latency.p50, ...atMost(1.3) });
  compare('p99', 'ms from commit', { value: ours.latency.p99, floor: floor.latency.p99, ...atMost(1.6) });
  tellComplete(stage, `fan-out.${name}.lost`, summary);
}

interface Asked {
  asked: string;
  isMet: (ratio: number) => boolean;
}

interface Compared extends Asked {
  value: number;
  floor: number;
}

const atLeast = (limit: number): Asked => ({
  asked: `at least ${limit} of the floor`,
  isMet: (ratio) => ratio >= limit,
});
const atMost = (limit: number): Asked => ({ asked: `at most ${limit} of the floor`, isMet: (ratio) => ratio <= limit });

interface Saturation {
  packetsPerSecond: number;
  /** Packets for each second of the server's CPU. */
  perCpuSecond: number;
  /** Events a second at which this was. */
  perSecond: number;
}

/** Raises the rate on each side until not everything arrives as it is written, and tells the most that did. */
async function saturate(
  stage: PacketStage,
  { rates, ...load }: PacketLoad & { rates: readonly number[] },
): Promise<void> {
  const [ours, floor] = [await most(stage, stage.ours, load, rates), await most(stage, stage.floor, load, rates)];
  stage.report.figure({
    figure: 'fan-out.saturated',
    unit: 'packets/s',
    value: ours.packetsPerSecond,
    floor: floor.packetsPerSecond,
    ratio: rounded(ours.packetsPerSecond / floor.packetsPerSecond),
    with: {
      subscribers: load.subscribers,
      ...{ perSecond: ours.perSecond, floorPerSecond: floor.perSecond },
      ...{ perCpuSecond: ours.perCpuSecond, floorPerCpuSecond: floor.perCpuSecond },
    },
  });
}

async function most(
  stage: PacketStage,
  side: PacketSide,
  load: PacketLoad,
  rates: readonly number[],
): Promise<Saturation> {
  let best: Saturation = { packetsPerSecond: 0, perCpuSecond: 0, perSecond: 0 };
  const seconds = stage.options.quick ? 1 : 5;
  for (const perSecond of rates) {
    const window = await runWindow(stage, side, { ...load, perSecond }, { seconds, seed: perSecond });
    const packetsPerSecond = rounded(window.packets / Math.max(0.001, window.seconds));
    stage.report.progress(`${side.isFloor ? 'the floor' : 'ours'} at ${perSecond}/s: ${packetsPerSecond} packets/s`);
    if (packetsPerSecond > best.packetsPerSecond)
      best = { packetsPerSecond, perSecond, perCpuSecond: rounded(1_000 / window.cpuMsPerPacket) };
    if (packetsPerSecond < ARRIVES * perSecond * load.subscribers) break;
  }
  return best;
}
