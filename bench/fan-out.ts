import type { Bench } from './bench.ts';
import { comparePackets } from './compare-packets.ts';
import {
  measurePackets,
  onPacketStage,
  runWindow,
  type PacketLoad,
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
  { name: '5000', subscribers: 50, customers: 1, perSecond: 20 },
];
/** Events a second for 1,000 subscribers, raised until more is written than arrives. */
const RAISED = [100, 150, 200, 300, 400];
/** More than this share of what was written did not arrive in time: saturated. */
const ARRIVES = 0.95;

export const fanOut: Bench = {
  summary:
    'one packet to many: 1,000 subscribers of one customer × 50 events/s, 5,000 × 5/s, then the rate raised until it saturates',
  run(ground) {
    const { quick, pairs } = ground.options;
    return onPacketStage(ground, async (stage) => {
      for (const load of quick ? QUICK : LOADS)
        comparePackets(stage, {
          ...{ figure: `fan-out.${load.name}`, load, asked: { rate: 0.95, cpu: 1.3, p50: 1.3, p99: 1.6 } },
          windows: await measurePackets(stage, load, { pairs, seconds: quick ? 0.4 : 10 }),
        });
      await saturate(stage, quick ? { ...QUICK[0]!, rates: [40] } : { ...LOADS[0]!, rates: RAISED });
    });
  },
};

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
  const seconds = stage.options.quick ? 0.4 : 5;
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
